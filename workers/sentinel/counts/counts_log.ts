/**
 * The records of `sentinel.counts.v1`: what was counted, and how far all is that counts. Everything that is judged follows from this
 * log, in its order.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { z } from "zod";
import type { OutgoingRecord } from "#kafka/port.ts";
import { countNames } from "../detection/counts.ts";
import type { Counted } from "../detection/count_fact.ts";
import { MinuteQueue } from "../detection/minute_queue.ts";

const Count = z.int().min(0);

export const Slot = z.object({
  minute: z.int(),
  path: z.array(z.string()),
  counts: z.object({
    of: z.partialRecord(z.enum(countNames), Count),
    amounts: z.record(z.string(), Count),
    money: z.record(z.string(), z.object({ count: Count, sum: Count })),
  }),
});
export type Slot = z.infer<typeof Slot>;

/** Counts of some records of one partition. */
export const CountsRecord = z.object({
  kind: z.literal("counts"),
  topic: z.string(),
  partition: Count,
  /** The first record's offset, and the one behind the last. */
  from: Count,
  next: Count,
  slots: z.array(Slot),
});

/** What was known at a time. */
export const Heartbeat = z.object({
  kind: z.literal("heartbeat"),
  /** Milliseconds since the epoch. */
  at: Count,
  /** All that the intake had taken in by then is counted in the records before this one. */
  reached: Count,
});

export const LogRecord = z.discriminatedUnion("kind", [
  CountsRecord,
  Heartbeat,
]);
export type LogRecord = z.infer<typeof LogRecord>;

/** Adds up what was counted, by minute and segment. */
export function slotsOf(counted: readonly Counted[]): Slot[] {
  const queue = new MinuteQueue();
  for (const { minute, path, counts } of counted) {
    queue.add(minute, path, counts);
  }
  return queue.waiting().map((slot) => ({ ...slot, path: [...slot.path] }));
}

export function logRecord(topic: string, record: LogRecord): OutgoingRecord {
  const key = record.kind === "counts"
    ? `${record.topic}/${record.partition}`
    : record.kind;
  return {
    topic,
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(record)),
    headers: [],
  };
}

/** @returns `undefined` if it is of a later version's kind */
export function readLogRecord(value: Buffer | null): LogRecord | undefined {
  if (value === null) return undefined;
  const read = LogRecord.safeParse(JSON.parse(value.toString("utf8")));
  return read.success ? read.data : undefined;
}
