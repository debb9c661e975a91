import { headerText } from "./headers.ts";
import type { ReceivedRecord, RecordHeader } from "./port.ts";

/** Where a record is. */
export type RecordCoordinates = Pick<
  ReceivedRecord,
  "topic" | "partition" | "offset"
>;

/** Which of several things in a record: the second of three is `{ item: 2, items: 3 }`. */
export type Part = { readonly item: number; readonly items: number };

/** Coordinates as headers say them: `<topic>/<partition>/<offset>`. */
export function formatCoordinates(
  { topic, partition, offset }: RecordCoordinates,
): string {
  return `${topic}/${partition}/${offset}`;
}

/** What a thing was made from, as headers say it: the record, and if several things are in that, which: `…#2/3`. */
export function formatSource(
  record: RecordCoordinates,
  part: Part | undefined,
): string {
  const coordinates = formatCoordinates(record);
  return part === undefined || part.items === 1
    ? coordinates
    : `${coordinates}#${formatPart(part)}`;
}

/** A part as headers say it: `2/3`. */
export function formatPart({ item, items }: Part): string {
  return `${item}/${items}`;
}

/** No record is made into more things. */
export const MAX_ITEMS = 1_000;

/** A topic's name is 1 to 249 letters, digits, dots, underscores and dashes: `Topic.validate`, Kafka 4. */
const coordinates =
  /^([\w.-]{1,249})\/(0|[1-9]\d{0,9})\/(0|[1-9]\d{0,15})(?:#([1-9]\d{0,3}\/[1-9]\d{0,3}))?$/;

/** A partition's number is an INT32, as Kafka's protocol has it; a column of PostgreSQL holds no more either. */
const MAX_PARTITION = 2 ** 31 - 1;

/**
 * The coordinates that a header names, whichever of several things in that record it means. Headers are hints from outside:
 * anything but the one way to write coordinates counts as absent.
 */
export function coordinatesInHeader(
  headers: readonly RecordHeader[],
  name: string,
): RecordCoordinates | undefined {
  return placeInHeader(headers, name)?.coordinates;
}

/** Which of several things a header means; undefined if it means the whole, or names no coordinates. */
export function itemInHeader(
  headers: readonly RecordHeader[],
  name: string,
): Part | undefined {
  return placeInHeader(headers, name)?.part;
}

/** The part that a text says: `2/3`; undefined if it says none. */
export function partIn(text: string | undefined): Part | undefined {
  const [, item, items] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text ?? "") ??
    [];
  const part = { item: Number(item), items: Number(items) };
  return part.item <= part.items && part.items <= MAX_ITEMS ? part : undefined;
}

function placeInHeader(
  headers: readonly RecordHeader[],
  name: string,
): { coordinates: RecordCoordinates; part: Part | undefined } | undefined {
  const stated = headerText(headers, name);
  if (stated === undefined) return undefined;
  const [, topic, partition, offset, text] = coordinates.exec(stated) ?? [];
  if (
    topic === undefined || Number(partition) > MAX_PARTITION ||
    Number(offset) > Number.MAX_SAFE_INTEGER
  ) return undefined;
  const part = partIn(text);
  if (text !== undefined && part === undefined) return undefined;
  const place = { topic, partition: Number(partition), offset: Number(offset) };
  return { coordinates: place, part };
}
