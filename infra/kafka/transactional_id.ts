/** What all transactional ids of a group in a topic begin with. */
export function transactionalIdPrefix(groupId: string, topic: string): string {
  return `${groupId}.${topic}.`;
}

/** The id of whoever commits batches of an input partition for a group. */
export function transactionalIdOf(
  groupId: string,
  topic: string,
  partition: number,
): string {
  return `${transactionalIdPrefix(groupId, topic)}${partition}`;
}
