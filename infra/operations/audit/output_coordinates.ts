import type { TopicId } from "#contracts/topics.ts";
import {
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { Output } from "./output.ts";
import type { Stage } from "./stages.ts";

/** Where an output is; a row is found by its event's id. */
export type OutputCoordinates = RecordCoordinates | "a row";

/** Where an output of a stage is. */
export function coordinatesOf(
  { kind, partition, offset }: Output,
  { output }: Stage,
  topics: Readonly<Record<TopicId, string>>,
): OutputCoordinates {
  if (kind === "row" || kind === "superseded row") return "a row";
  const id = kind === "dead letter" || output.kind !== "record"
    ? "deadLetters"
    : kind === "unmapped"
    ? "unmapped"
    : output.topic;
  return { topic: topics[id], partition, offset };
}

export function textOf(coordinates: OutputCoordinates): string {
  return coordinates === "a row" ? coordinates : formatCoordinates(coordinates);
}
