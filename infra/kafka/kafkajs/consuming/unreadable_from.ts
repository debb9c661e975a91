import { describeError, PartitionError } from "#runtime/errors.ts";
import {
  formatCoordinates,
  type RecordCoordinates,
} from "../../record_coordinates.ts";
import {
  UnreadableError,
  type UnreadableKind,
} from "./compression/unreadable.ts";

const GIVE_UP = "move the group's position past it, which gives its records up";

/** What a person can do. */
const advice: Readonly<Record<UnreadableKind, string>> = {
  damaged:
    `If another replica has it whole, make that one the leader and start again; else ${GIVE_UP}.`,
  unknown:
    `Find its producer and have it write as others do; a newer EventFlow may read what is there; else ${GIVE_UP}.`,
  "too-large":
    `Find its producer and have it write smaller batches; for what is there, ${GIVE_UP}.`,
};

/**
 * What to say of a partition that cannot be read from a place on.
 *
 * @param error why; of one that is no `UnreadableError` it is only known that it came from reading
 */
export function unreadableFrom(
  { topic, partition, offset }: RecordCoordinates,
  error: unknown,
): PartitionError {
  const coordinates = formatCoordinates({ topic, partition, offset });
  const known = error instanceof UnreadableError ? error : undefined;
  const what = known === undefined
    ? `cannot be read (${describeError(error)})`
    : describeError(known);
  return new PartitionError(
    `Cannot read from ${coordinates} on: the batch there ${what}. ${
      advice[known?.kind ?? "damaged"]
    }`,
    { cause: error },
  );
}
