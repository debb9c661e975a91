import { describeError } from "#runtime/errors.ts";
import type { KafkaAdmin } from "./port.ts";

type Say = (message: string, properties: Record<string, unknown>) => void;

/**
 * Says at a service's start which of its topics Kafka removes records from by their key. Whoever may not ask
 * for a topic's settings starts all the same.
 */
export async function warnOfCompaction(
  { admin, topics, log }: {
    admin: Pick<KafkaAdmin, "topicSettings">;
    topics: readonly string[];
    log: { readonly warn: Say; readonly debug: Say };
  },
): Promise<void> {
  try {
    for (const [topic, settings] of await admin.topicSettings(topics)) {
      const policy = settings["cleanup.policy"]?.value ?? "";
      if (!policy.includes("compact")) continue;
      log.warn(
        '{topic} has cleanup.policy={policy}: Kafka removes a payment\'s record when a later one of its key comes, and it is gone for whoever has not read it. "deno task topics --apply" sets delete',
        { topic, policy },
      );
    }
  } catch (error) {
    const reason = describeError(error);
    log.debug("Cannot see whether topics are compacted: {reason}", { reason });
  }
}
