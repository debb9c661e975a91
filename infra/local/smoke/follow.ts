import { sleep } from "#runtime/backoff.ts";

/** A place an event comes to, and who brings it there. */
export type Stop = {
  readonly place: string;
  /** Who has not done its part if the event does not arrive. */
  readonly bringer: string;
  /** What there is to say about the arrived event; undefined while it has not arrived. */
  readonly arrived: () => Promise<string | undefined> | string | undefined;
  /** Why it can arrive no more; undefined while it can. */
  readonly strayed?: () => string | undefined;
};

/** Somebody has not passed an event on. */
export class LostError extends Error {
  override readonly name = "LostError";
  constructor(readonly suspect: string, message: string) {
    super(message);
  }
}

/**
 * Follows an event from stop to stop and says when it has arrived at each.
 *
 * @param timeoutMs milliseconds for the whole way
 * @param beganMs when it set out, by `clock`
 * @throws {LostError} with the suspect
 */
export async function follow(
  stops: readonly Stop[],
  {
    timeoutMs,
    say,
    clock = Date.now,
    beganMs = clock(),
    wait = () => sleep(20),
  }: {
    timeoutMs: number;
    say: (line: string) => void;
    beganMs?: number;
    clock?: () => number;
    wait?: () => Promise<void>;
  },
): Promise<void> {
  let before = "the simulator";
  for (const { place, bringer, arrived, strayed } of stops) {
    let word = await arrived();
    while (word === undefined) {
      const astray = strayed?.();
      if (astray !== undefined) throw new LostError(bringer, astray);
      if (clock() - beganMs > timeoutMs) {
        throw new LostError(
          bringer,
          `${bringer} has not brought it from ${before} to ${place} within ${
            timeoutMs / 1000
          } s`,
        );
      }
      await wait();
      word = await arrived();
    }
    const detail = word === "" ? "" : ` (${word})`;
    say(`  ${`${clock() - beganMs} ms`.padStart(8)}  ${place}${detail}`);
    before = place;
  }
}
