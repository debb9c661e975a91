import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { startLoad } from "#kit/load.ts";

export type Traffic = AsyncDisposable & {
  /** Answers by status so far; 0 is none at all. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Events accepted so far, each counted once, and those of them that are to become a row. */
  readonly counts: { readonly accepted: number; readonly good: number };
  /** Sends at the set rate from now on, and no longer as fast as the intakes answer. */
  slowDown(): void;
  /** Begins no further event, and resolves when those under way are accepted and written down. */
  stop(): Promise<void>;
};

/**
 * Sends payments to the intakes as a provider does, and writes the ids of accepted events to a file as
 * they come, for they are too many to keep. As fast as the intakes answer, until it is slowed down.
 *
 * @param accepted the file
 * @param onAccepted is told by which intake, and when the request was sent (`performance.now()`)
 */
export function startTraffic(
  { intakes, rate, accepted, onAccepted }: {
    intakes: readonly string[];
    rate: number;
    accepted: string;
    onAccepted: (intake: string, sentMs: number) => void;
  },
): Traffic {
  const list = createWriteStream(accepted);
  const counts = { accepted: 0, good: 0 };
  let perSecond = Infinity;
  const load = startLoad({
    intake: intakes,
    perSecond: () => perSecond,
    // A payment waits for its event's answer, so that few of them could not keep up a high rate.
    payments: Math.max(30, Math.ceil(rate / 3)),
    // A provider does not wait for an intake that is paused.
    answerWithinMs: 15_000,
    onAccepted({ eventId, isGood }, { intake, sentMs }) {
      list.write(`${eventId}\n`);
      counts.accepted++;
      if (isGood) counts.good++;
      onAccepted(intake, sentMs);
    },
  });
  const close = async () => {
    if (list.writableEnded) return;
    list.end();
    await finished(list);
  };
  return {
    statuses: load.statuses,
    counts,
    slowDown() {
      perSecond = rate;
    },
    async stop() {
      await load.stop();
      await close();
    },
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await close();
    },
  };
}
