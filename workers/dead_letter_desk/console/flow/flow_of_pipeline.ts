import type { Config } from "#runtime/config.ts";
import { consumerNames, consumers } from "#contracts/services.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { deadLetterDeskSettings } from "../../settings.ts";
import { Flow } from "./flow.ts";

/** The flow of the whole pipeline, by the topics and groups of its settings. */
export function flowOf(
  config: Config<typeof deadLetterDeskSettings>,
  admin: KafkaAdmin,
): Flow {
  const names = {
    raw: config.rawTopic,
    validated: config.validatedTopic,
    deadLetters: config.deadLetterTopic,
  };
  return new Flow({
    admin,
    topics: [...Object.values(names), config.deskTopic],
    groups: consumerNames.map((name) => ({
      service: consumers[name].service,
      group: config[`${name}Group`],
      topic: names[consumers[name].reads],
    })),
    clockMs: () => Date.now(),
  });
}
