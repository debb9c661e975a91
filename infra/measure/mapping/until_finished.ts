import { join } from "node:path";
import type { KafkaAdmin } from "#kafka/port.ts";
import { lastWords } from "#processes/log_tail.ts";
import { doneOf, finishedBy, Progress } from "../bench/progress.ts";
import type { OwnStack } from "../stack/own_stack.ts";

const LOOK_EVERY_MS = 500;
/** Longer than a group waits for a member that is gone, on a machine that has other work. */
const GIVE_UP_AFTER_MS = 5 * 60_000;

/** A worker, as it is waited for. */
export type Worker = {
  /** Names its log. */
  readonly name: string;
  readonly group: string;
  readonly topic: string;
};

/**
 * Waits until a worker has finished all that its topic has now.
 *
 * @throws {Error} if it gets no further for minutes
 * @throws the reason of `stopping` when that is aborted
 */
export async function untilFinished(
  admin: KafkaAdmin,
  { name, group, topic }: Worker,
  { home, stopping }: Pick<OwnStack, "home"> & {
    readonly stopping: AbortSignal;
  },
): Promise<void> {
  const ends = await admin.endOffsets(topic);
  const progress = new Progress({
    finished: () => finishedBy(admin, { group, topic, ends }),
    everyMs: LOOK_EVERY_MS,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    explain: async () =>
      `${name} said last: ${await lastWords(join(home.logs, `${name}.log`))}`,
    stopping,
  });
  await progress.until(doneOf(ends, ends));
}
