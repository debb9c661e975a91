import { headers } from "#contracts/headers.ts";
import type { ReceivedRecord, RecordHeader } from "./port.ts";
import {
  coordinatesInHeader,
  itemInHeader,
  type Part,
  type RecordCoordinates,
} from "./record_coordinates.ts";

/**
 * The raw record in whose place a record stands: the one that a replay names, else the one that it was made from, else it
 * is a raw record itself.
 */
export function originOf(
  { topic, partition, offset, headers: all }:
    & RecordCoordinates
    & Pick<ReceivedRecord, "headers">,
): RecordCoordinates {
  return statedOrigin(all) ?? { topic, partition, offset };
}

/** The origin that headers name, if they name one. */
export function statedOrigin(
  all: readonly RecordHeader[],
): RecordCoordinates | undefined {
  return coordinatesInHeader(all, headers.origin) ??
    coordinatesInHeader(all, headers.source);
}

/** Which of several things of its origin a record stands for; undefined if the origin was made into one thing. */
export function originItemOf(
  all: readonly RecordHeader[],
): Part | undefined {
  return itemInHeader(all, headers.origin) ?? itemInHeader(all, headers.source);
}
