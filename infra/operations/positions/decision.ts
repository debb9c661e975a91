import { StartError } from "#runtime/lifecycle.ts";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { noteBehind, writeNote } from "#kafka/position_note.ts";
import { transactionalIdOf } from "#kafka/transactional_id.ts";
import type { Effect } from "./effect.ts";
import type { GroupStanding } from "./survey.ts";

export type Decision = {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
};

/**
 * Refuses what must not be done.
 *
 * @throws {StartError} with the sentence that says why
 */
export async function checkDecision(
  admin: Pick<KafkaAdmin, "members">,
  { group, topic, partition, log, flaw }: GroupStanding,
  { to, isWhileRunning }: { to: number; isWhileRunning: boolean },
): Promise<void> {
  const place = `partition ${partition} of ${topic}`;
  if (to < log.start || to > log.end) {
    throw new StartError(
      `Cannot go on at offset ${to} of ${place} as its log has ${log.start} to ${log.end}.`,
    );
  }
  // Nobody works in a partition whose position is refused.
  if (flaw !== undefined || isWhileRunning) return;
  const members = await admin.members(group);
  if (members > 0) {
    throw new StartError(
      `Group ${group} has ${members} members, which may be at work in ${place}: stop them first, or add --while-running if this partition has stopped.`,
    );
  }
}

/**
 * Moves a group's position, with a note of who decided it. It goes by the transactional id of whoever works
 * in the partition: that one is fenced, and whatever it does next begins at the new position or stops.
 */
export async function applyDecision(
  { kafka, admin, outputTopics }: {
    kafka: Pick<KafkaClient, "openTransactional">;
    admin: Pick<KafkaAdmin, "logAround">;
    /** All that may have been written to with that id. */
    outputTopics: readonly string[];
  },
  { group, topic, partition }: GroupStanding,
  { from, to }: Effect,
  decision: Decision,
): Promise<void> {
  const { before } = await admin.logAround(topic, partition, to);
  const note = writeNote({
    ...noteBehind(before),
    decided: { ...decision, from: from ?? null },
  });
  const sender = await kafka.openTransactional(
    transactionalIdOf(group, topic, partition),
    { groupId: group, topics: outputTopics },
    { inUse: true },
  );
  try {
    const position = { topic, partition, nextOffset: to, note };
    await sender.transact([], group, position);
  } finally {
    await sender.close();
  }
}
