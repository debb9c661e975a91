import { originItemOf, originOf } from "#kafka/origin.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { receivedAtMs } from "#kafka/received_at.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";

/** What decides which of two records of a payment is the later one. Whoever keeps a last state keeps it beside that. */
export type Precedence = {
  /** The raw record in whose place the record stands. */
  readonly origin: RecordCoordinates;
  /** Which of several things that were made of the origin, from 1; 0 if it was made into one. */
  readonly part: number;
  /** The record itself. */
  readonly source: RecordCoordinates;
  /** When the origin was received, or if that is not known, the event's own time: milliseconds since the epoch. */
  readonly atMs: number;
};

/** @param eventMs the event's `timestamp`, in milliseconds since the epoch */
export function precedenceOf(
  record: ReceivedRecord,
  eventMs: number,
): Precedence {
  const { topic, partition, offset } = record;
  return {
    origin: originOf(record),
    part: originItemOf(record.headers)?.item ?? 0,
    source: { topic, partition, offset },
    atMs: receivedAtMs(record) ?? eventMs,
  };
}

/**
 * Whether a record is to be applied to a payment's last state: whether it is later than what was applied. Why so, and the
 * same in SQL: `docs/decisions/0012-order-and-replays.md`.
 */
export function isLater(incoming: Precedence, applied: Precedence): boolean {
  // Origins in different logs: time alone compares them.
  if (!areInOneLog(incoming.origin, applied.origin)) {
    return incoming.atMs > applied.atMs;
  }
  // Origins in one log: it has them in order.
  if (incoming.origin.offset !== applied.origin.offset) {
    return incoming.origin.offset > applied.origin.offset;
  }
  // One origin of which several things were made: it says them in order.
  if (incoming.part !== applied.part) return incoming.part > applied.part;
  // One origin, as of a record and its replays: the one that was read later.
  return areInOneLog(incoming.source, applied.source)
    ? incoming.source.offset > applied.source.offset
    : true;
}

function areInOneLog(
  one: RecordCoordinates,
  other: RecordCoordinates,
): boolean {
  return one.topic === other.topic && one.partition === other.partition;
}
