import type { KafkaAdmin } from "./port.ts";

/**
 * Whether a topic may remove any record, and not only its oldest ones, by whoever has set it so. If that
 * cannot be seen it is taken not to: it ought not to, and what is missing in it is then noticed.
 */
export async function isCompacted(
  admin: Pick<KafkaAdmin, "topicSettings">,
  topic: string,
): Promise<boolean> {
  const inForce = await admin.topicSettings([topic]).then(
    (settings) => settings.get(topic),
    () => undefined,
  );
  return inForce?.["cleanup.policy"]?.value.includes("compact") ?? false;
}
