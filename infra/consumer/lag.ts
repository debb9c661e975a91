import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { Watchdog } from "./watchdog.ts";
import type { CommonWorkerMetrics } from "./worker_metrics.ts";

const INTERVAL_MS = 2_000;

type Asked = Pick<
  KafkaAdmin,
  "startOffsets" | "endOffsets" | "highWatermarks" | "positions"
>;

/** How far a partition can be read, and how far it is written. */
export type Ends = { readonly readable: number; readonly written: number };

/**
 * Measures how far a group is behind, for every partition of its topic and not only this member's, so
 * that a partition nobody owns is seen too. Asks the brokers, for a consumer that hangs knows nothing.
 */
export function watchLag(
  { admin, groupId, topic, log, gauge, watchdog, seen }: {
    admin: Asked;
    groupId: string;
    topic: string;
    log: Log;
    gauge: CommonWorkerMetrics["lag"];
    watchdog: Pick<Watchdog, "lagKnown" | "lagUnknown">;
    /** Told where each partition ends, as often as that is known. */
    seen: (ends: ReadonlyMap<number, Ends>) => Promise<void>;
  },
): { stop(): void } {
  const stopping = new AbortController();
  const watch = async () => {
    let known = true;
    while (!stopping.signal.aborted) {
      try {
        const lags = await lagOf({ admin, groupId, topic });
        for (const [partition, { lag }] of lags) {
          gauge.set(lag, {
            group: groupId,
            topic,
            partition: String(partition),
          });
        }
        watchdog.lagKnown(
          new Map([...lags].map(([one, { readable }]) => [one, readable])),
        );
        known = true;
        await seen(new Map([...lags].map(([one, { ends }]) => [one, ends])));
      } catch (error) {
        // An old figure would look like a healthy group.
        gauge.clear();
        watchdog.lagUnknown();
        if (known) {
          log.warn("Lag is not known: {reason}", {
            reason: describeError(error),
          });
        }
        known = false;
      }
      await sleep(INTERVAL_MS, stopping.signal);
    }
  };
  void watch();
  // A question under way is not waited for: a broker that is away would hold up the drain.
  return { stop: () => stopping.abort() };
}

export type Lag = {
  /** Records that are not finished, those behind an open transaction included. */
  readonly lag: number;
  /** Those of them that can be read now. */
  readonly readable: number;
  readonly ends: Ends;
};

/**
 * Records of each partition that a group has not finished. What was deleted unread (it is older than
 * the topic keeps records) does not count: nobody can read it any more.
 */
export async function lagOf(
  { admin, groupId, topic }: {
    admin: Asked;
    groupId: string;
    topic: string;
  },
): Promise<ReadonlyMap<number, Lag>> {
  const starts = await admin.startOffsets(topic);
  // In this order: what is readable is written, and what is finished is readable.
  const positions = await admin.positions(groupId, topic);
  const readable = await admin.endOffsets(topic);
  const written = await admin.highWatermarks(topic);
  return new Map([...written].map(([partition, end]) => {
    const ends = { readable: readable.get(partition) ?? 0, written: end };
    const lagTo = (end: number) =>
      progressIn(partition, { starts, end, positions }).lag;
    return [partition, {
      lag: lagTo(ends.written),
      readable: lagTo(ends.readable),
      ends,
    }];
  }));
}

/** Where a group goes on in one partition, and how many records are left; see `lagOf`. */
export function progressIn(
  partition: number,
  { starts, end, positions }: {
    starts: ReadonlyMap<number, number>;
    end: number;
    positions: ReadonlyMap<number, number>;
  },
): { position: number; lag: number } {
  const start = starts.get(partition) ?? 0;
  const position = Math.max(start, positions.get(partition) ?? 0);
  return { position, lag: Math.max(0, end - position) };
}
