import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { rangesBetween } from "../ranges.ts";
import type { Prover } from "./prover.ts";
import type { Report } from "./report.ts";
import { Tally } from "./tally.ts";

export type VerifyOptions = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<
    KafkaAdmin,
    "startOffsets" | "endOffsets" | "offsetsAt"
  >;
  readonly topic: string;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Milliseconds since the epoch; absent: up to what is committed now. */
  readonly untilMs?: number | undefined;
  readonly prover: Pick<Prover, "prove">;
  /** Failures named at most; all are counted. */
  readonly most: number;
  readonly signal?: AbortSignal;
};

/**
 * Proves each stored signature of a time again. Records are read as they are proven, and none is kept.
 *
 * @throws {TransientError} if Kafka does not answer
 */
export async function verify(
  { kafka, admin, topic, sinceMs, untilMs, prover, most, signal }:
    VerifyOptions,
): Promise<Report> {
  const began = performance.now();
  const tally = new Tally(most);
  const unreadable: string[] = [];
  const ranges = await rangesBetween(admin, {
    topic,
    // What an open transaction holds back is for a later time.
    ends: await admin.endOffsets(topic),
    sinceMs,
    untilMs,
  });
  const reading = { topic, ranges, ...signal && { signal } };
  for await (const batch of kafka.read(reading)) {
    if (batch.unreadable) unreadable.push(batch.unreadable.message);
    for (const record of batch.records) {
      tally.add(await prover.prove(record), record);
    }
  }
  const { counts } = tally;
  return {
    topic,
    since: new Date(sinceMs).toISOString(),
    until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
    seconds: (performance.now() - began) / 1_000,
    ...counts,
    unreadable,
    all_proven: counts.failed === 0 && counts.not_set_up.length === 0 &&
      unreadable.length === 0,
  };
}
