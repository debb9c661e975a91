import { protocolType } from "../errors.ts";

/**
 * Timeouts that an id is opened with, the longest first. A broker takes none above its
 * `transaction.max.timeout.ms`, and tells whoever asks of an id which one it has: so each says by its last
 * digits what the id is to whoever comes next. No two are the same.
 */
export const timeoutsMs = {
  /** Of an id that nobody has used yet. */
  new: [30_000, 10_000, 1_000],
  /**
   * Long enough for a cluster without a coordinator to have one again: a commit that was asked for must not be aborted
   * meanwhile (`unanswered_commits.ts`).
   */
  inUse: [60_003, 30_001, 10_001, 1_001],
  /** Of whoever ends the last transaction of an id once more, by what it is to say. */
  tellingNothing: [60_000, 30_010, 10_010, 1_010],
  tellingCommit: [60_001, 30_011, 10_011, 1_011],
  tellingAbort: [60_002, 30_012, 10_012, 1_012],
} as const;

/**
 * Opens with the longest timeout that the broker takes.
 *
 * @throws what `open` throws
 */
export async function withLongest<T>(
  [timeoutMs, ...shorter]: readonly [number, ...number[]],
  open: (timeoutMs: number) => Promise<T>,
): Promise<T> {
  try {
    return await open(timeoutMs);
  } catch (cause) {
    if (protocolType(cause) !== "INVALID_TRANSACTION_TIMEOUT") throw cause;
    const [next, ...rest] = shorter;
    if (next !== undefined) return await withLongest([next, ...rest], open);
    throw new Error(
      `transaction.max.timeout.ms of the brokers is below ${timeoutMs}: raise it`,
      { cause },
    );
  }
}
