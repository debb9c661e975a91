import type { GroupListener } from "#kafka/port.ts";
import type { Committer } from "./committer.ts";

/**
 * Told of what a worker's records do beside being handled: for a worker whose handler needs to know more than the records that
 * it is shown. Nothing waits for it, and it must not throw.
 */
export type Follower = Pick<GroupListener, "received"> & {
  /** These partitions are this member's from now on, and no others. What is in hand of others may still be committed. */
  assigned(partitions: readonly number[]): void;
  /** The group is at `nextOffset` at least: what lies before is finished, by whomever. */
  committed(partition: number, nextOffset: number): void;
  /** Nothing more of what was fetched of the partition is handled in this stay. */
  ended(partition: number): void;
};

/** Commits as `commit` does, and has a follower hear how far the group is. */
export function followed(
  commit: Committer["commit"],
  { follower, partition }: {
    follower: Pick<Follower, "committed">;
    partition: number;
  },
): Committer["commit"] {
  return async (batch) => {
    const result = await commit(batch);
    const nextOffset = result.kind === "committed"
      ? batch.nextOffset
      : result.position;
    follower.committed(partition, nextOffset);
    return result;
  };
}
