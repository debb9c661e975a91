import { headerText } from "./headers.ts";
import type { ReceivedRecord, RecordHeader } from "./port.ts";

/** Where a record is. */
export type RecordCoordinates = Pick<
  ReceivedRecord,
  "topic" | "partition" | "offset"
>;

/** Coordinates as headers say them: `<topic>/<partition>/<offset>`. */
export function formatCoordinates(
  { topic, partition, offset }: RecordCoordinates,
): string {
  return `${topic}/${partition}/${offset}`;
}

/** A topic's name is 1 to 249 letters, digits, dots, underscores and dashes: `Topic.validate`, Kafka 4. */
const coordinates = /^([\w.-]{1,249})\/(0|[1-9]\d{0,9})\/(0|[1-9]\d{0,15})$/;

/** A partition's number is an INT32, as Kafka's protocol has it; a column of PostgreSQL holds no more either. */
const MAX_PARTITION = 2 ** 31 - 1;

/**
 * The coordinates that a header names. Headers are hints from outside: anything but the one way to write
 * coordinates counts as absent.
 */
export function coordinatesInHeader(
  headers: readonly RecordHeader[],
  name: string,
): RecordCoordinates | undefined {
  const [, topic, partition, offset] =
    coordinates.exec(headerText(headers, name) ?? "") ?? [];
  if (
    topic === undefined || Number(partition) > MAX_PARTITION ||
    Number(offset) > Number.MAX_SAFE_INTEGER
  ) return undefined;
  return { topic, partition: Number(partition), offset: Number(offset) };
}
