import { randomUUID } from "node:crypto";
import process from "node:process";
import type { TopicContract } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { connectionSettings } from "#kafka/settings.ts";
import { untilLed } from "#kafka/until_led.ts";
import { silentLog } from "#runtime/log.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";
import type { Bench } from "./bench.ts";

export type Broker = AsyncDisposable & {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  /**
   * Makes an empty topic that is as its contract has it, under another name.
   *
   * @param partitions as many as the contract says if it is left out
   */
  freshTopic(contract: TopicContract, partitions?: number): Promise<string>;
};

/** Connects to the broker that the benchmark runs. */
export async function openBroker(
  { env }: Pick<Bench, "env">,
): Promise<Broker> {
  const kafka = createKafkaClient({
    config: readConfig("the benchmark", connectionSettings, {
      ...process.env,
      ...env,
    }),
    clientId: "eventflow-bench",
    log: silentLog(),
  });
  const admin = await kafka.admin();
  return {
    kafka,
    admin,
    async freshTopic(contract, partitions = contract.partitions) {
      const name = `${contract.name}.${freshId()}`;
      const config = topicConfig(contract);
      await admin.createTopics([{ name, partitions, config }]);
      await untilLed(admin, name);
      return name;
    },
    [Symbol.asyncDispose]: () => admin.close(),
  };
}

/** Part of a name that nothing else has. */
export function freshId(): string {
  return randomUUID().slice(0, 8);
}
