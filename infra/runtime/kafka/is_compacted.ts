import type { KafkaAdmin } from "./port.ts";

/** Whether a topic may remove any record, and not only its oldest ones, by whoever has set it so. */
export async function isCompacted(
  admin: Pick<KafkaAdmin, "topicSettings">,
  topic: string,
): Promise<boolean> {
  const inForce = (await admin.topicSettings([topic])).get(topic);
  return inForce?.["cleanup.policy"]?.value.includes("compact") ?? false;
}
