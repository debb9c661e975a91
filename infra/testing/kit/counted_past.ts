import { logRecord } from "../../../workers/sentinel/counts/counts_log.ts";
import type { Path } from "../../../workers/sentinel/detection/segment.ts";
import { MINUTE_MS } from "../../../workers/sentinel/detection/slots.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Writes a past for the sentinel to learn from, as if its minutes had been counted, each with as many payments.
 *
 * @param of.from the first minute; @param of.to the one behind the last
 */
export async function writeCountedPast(
  { cluster, topics }: Pipeline,
  { from, to, path, payments }: {
    readonly from: number;
    readonly to: number;
    readonly path: Path;
    readonly payments: number;
  },
): Promise<void> {
  const counts = { of: { payments, facts: payments }, amounts: {}, money: {} };
  const log = [];
  for (let minute = from; minute < to; minute++) {
    log.push(logRecord(topics.sentinelCounts, {
      kind: "counts",
      topic: "the past",
      partition: 0,
      from: minute,
      next: minute + 1,
      slots: [{ minute, path: [...path], counts }],
    }));
    const last = (minute + 1) * MINUTE_MS - 1;
    log.push(logRecord(topics.sentinelCounts, {
      kind: "heartbeat",
      at: last,
      reached: last,
    }));
  }
  await cluster.write(
    topics.sentinelCounts,
    log.map(({ value }) => ({ key: "past", value: String(value) })),
  );
}
