import { consumers } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { allWork } from "#kafka/access/needs.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { deadLetterDeskSettings } from "../../settings.ts";
import { Flow } from "./flow.ts";

/** The flow of the whole pipeline, by the topics and groups of its settings. */
export function flowOf(
  config: Config<typeof deadLetterDeskSettings>,
  admin: KafkaAdmin,
): Flow {
  return new Flow({
    admin,
    topics: [
      config.rawTopic,
      config.validatedTopic,
      config.enrichedTopic,
      config.deadLetterTopic,
      config.deskTopic,
    ],
    groups: allWork(config).map(({ worker, groupId, topic }) => ({
      service: consumers[worker].service,
      group: groupId,
      topic,
    })),
    clockMs: () => Date.now(),
  });
}
