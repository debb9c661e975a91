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

/** Which of several things that were made of one record: the second of three is `{ item: 2, items: 3 }`. */
export type ItemOf = { readonly item: number; readonly items: number };

/** Coordinates of which one of several things was made: `<topic>/<partition>/<offset>#<item>/<items>`. */
export function formatItem(
  coordinates: RecordCoordinates,
  { item, items }: ItemOf,
): string {
  return `${formatCoordinates(coordinates)}#${item}/${items}`;
}

/** No record is made into more things. */
export const MAX_ITEMS = 1_000;

/** A topic's name is 1 to 249 letters, digits, dots, underscores and dashes: `Topic.validate`, Kafka 4. */
const coordinates =
  /^([\w.-]{1,249})\/(0|[1-9]\d{0,9})\/(0|[1-9]\d{0,15})(?:#([1-9]\d{0,3})\/([1-9]\d{0,3}))?$/;

/** A partition's number is an INT32, as Kafka's protocol has it; a column of PostgreSQL holds no more either. */
const MAX_PARTITION = 2 ** 31 - 1;

/**
 * The coordinates that a header names, whichever of several things of that record it means. Headers are hints from outside:
 * anything but the one way to write coordinates counts as absent.
 */
export function coordinatesInHeader(
  headers: readonly RecordHeader[],
  name: string,
): RecordCoordinates | undefined {
  return placeInHeader(headers, name)?.coordinates;
}

/** Which of several things a header means; undefined if it says that of none, or names no coordinates. */
export function itemInHeader(
  headers: readonly RecordHeader[],
  name: string,
): ItemOf | undefined {
  return placeInHeader(headers, name)?.item;
}

function placeInHeader(
  headers: readonly RecordHeader[],
  name: string,
): { coordinates: RecordCoordinates; item: ItemOf | undefined } | undefined {
  const [, topic, partition, offset, item, items] =
    coordinates.exec(headerText(headers, name) ?? "") ?? [];
  if (
    topic === undefined || Number(partition) > MAX_PARTITION ||
    Number(offset) > Number.MAX_SAFE_INTEGER
  ) return undefined;
  const place = { topic, partition: Number(partition), offset: Number(offset) };
  if (item === undefined) return { coordinates: place, item: undefined };
  const one = { item: Number(item), items: Number(items) };
  return one.item > one.items || one.items > MAX_ITEMS
    ? undefined
    : { coordinates: place, item: one };
}
