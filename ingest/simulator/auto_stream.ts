import type { Clock } from "./clock.ts";
import type { StreamResult } from "./metrics.ts";

/** Events whose time passed longer ago than this, in milliseconds, are not made up for. */
const LATE_MS = 1000;

/**
 * Sends events at a fixed rate until `draining` is aborted, then ends when the last one under way has.
 *
 * The schedule is open-loop: event n is due at `start + n / rps`, whatever became of those before it,
 * because a real provider does not slow down when we do. What cannot be sent on time is counted and
 * left out: past `maxConcurrency` deliveries under way an event is `skipped`; if the process itself
 * stood still (a suspended machine) the events of that time are `late`. Nothing queues.
 */
export async function runAutoStream(
  { rps, maxConcurrency, next, count, clock, draining }: {
    rps: number;
    maxConcurrency: number;
    /** What is sent next, and becomes of it. */
    next: () => () => Promise<StreamResult>;
    count: (result: StreamResult, events?: number) => void;
    clock: Clock;
    draining: AbortSignal;
  },
): Promise<void> {
  const intervalMs = 1000 / rps;
  const underWay = new Set<Promise<void>>();

  const send = async (sends: () => Promise<StreamResult>) => {
    count(await sends());
  };

  const startedAt = clock.monotonic();
  for (let n = 0; !draining.aborted; n++) {
    const aheadMs = startedAt + n * intervalMs - clock.monotonic();
    if (aheadMs > 0) {
      await clock.sleep(aheadMs, draining);
      if (draining.aborted) break;
    }
    const late = Math.floor((-aheadMs - LATE_MS) / intervalMs);
    if (late > 0) {
      count("late", late);
      n += late;
    }
    if (underWay.size >= maxConcurrency) {
      count("skipped");
      continue;
    }
    const sending = send(next());
    underWay.add(sending);
    sending.finally(() => underWay.delete(sending));
  }
  await Promise.all(underWay);
}
