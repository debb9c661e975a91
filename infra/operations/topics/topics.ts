/**
 * `deno task topics`: the difference between the contracts and the broker, and with `--apply` its end.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { topicIds, topics } from "#contracts/topics.ts";
import { type Config, type Environment, readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { needsOfTopics } from "#kafka/access/needs.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import {
  connectionRelations,
  connectionSettings,
  topicNames,
  topicSettings,
} from "#kafka/settings.ts";
import { silentLog } from "#runtime/log.ts";
import { printAcls } from "./acls/print.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { faultsOf, notesOf } from "./topic_faults.ts";
import {
  applyChange,
  describeChange,
  planTopics,
  type WantedTopic,
} from "./topic_plan.ts";

const settings = { ...connectionSettings, ...topicSettings };

type Options = {
  readonly apply: boolean;
  readonly raisePartitions: boolean;
  readonly acls: boolean;
  readonly json: boolean;
  readonly principal: string[];
};

if (import.meta.main) {
  const options = new Command("deno task topics")
    .description(
      "Show how the broker's topics differ from the contracts, and what of their settings can lose payments. No record, partition or limit is ever removed or lowered.",
    )
    .option(
      "--apply",
      "create missing topics, raise settings and put unsafe ones right",
      false,
    )
    .option(
      "--raise-partitions",
      "with --apply, also raise partitions: records of a key written before and after then lie in different partitions, so their order is lost",
      false,
    )
    .option(
      "--acls",
      "print the rights that each service and tool needs in Kafka, as commands of kafka-acls.sh; no broker is asked",
      false,
    )
    .option("--json", "with --acls, print them as JSON", false)
    .option(
      "--principal <principal...>",
      "with --acls, who a program logs in as: intake=User:CN=intake; or a pattern for all: User:eventflow-{program}",
      [],
    )
    .parse()
    .opts<Options>();
  await runCommand(async () => {
    if (!options.acls) return await syncTopics({ ...options, say });
    const { json, principal: principals } = options;
    printAcls({ json, principals, env: process.env, say });
    return exitCodes.ok;
  });
}

/**
 * Shows what is to be done, or does it.
 *
 * @returns an exit code: 0 if broker and contracts agree in the end, else 1
 * @throws {StartError} if the broker cannot be reached, or denies what is asked
 */
export async function syncTopics(
  { apply, raisePartitions, say, env }: {
    apply: boolean;
    raisePartitions: boolean;
    say: (line: string) => void;
    env?: Environment;
  },
): Promise<number> {
  const config = readConfig(
    "topics",
    settings,
    env ?? process.env,
    connectionRelations,
  );
  const servers = config.bootstrapServers.join(", ");
  const wanted = wantedTopics(config);
  const client = createKafkaClient({
    config,
    clientId: "eventflow-topics",
    log: silentLog(),
  });
  const needs = needsOfTopics(config, { apply });
  await requireAccess(client, { needs, config, mayBeMissing: "all" });
  const admin = await client.admin();
  try {
    const { topics, brokers } = await lookAt(
      admin,
      wanted.map(({ name }) => name),
    );
    const changes = planTopics(wanted, topics);
    const faults = topics.flatMap((topic) => faultsOf(topic, brokers));
    for (const note of notesOf(topics, brokers)) say(`note: ${note}`);
    if (changes.length === 0 && faults.length === 0) {
      say(`The topics at ${servers} are as the contracts ask.`);
      return 0;
    }
    for (const fault of faults) say(`to be put right by hand: ${fault}`);
    let open = faults.length;
    for (const change of changes) {
      const isHeldBack = change.kind === "raise-partitions" && !raisePartitions;
      const isDone = apply && !isHeldBack;
      if (isDone) await applyChange(admin, change);
      else open++;
      say(`${isDone ? "done:" : "to do:"} ${describeChange(change)}`);
      if (isHeldBack) {
        say(
          "  Not without --raise-partitions: a key's later records go to another partition, which breaks the order per key.",
        );
      }
    }
    if (!apply && changes.length > 0) {
      say('Nothing was changed: "deno task topics --apply" does it.');
    }
    return open === 0 ? 0 : 1;
  } finally {
    await admin.close();
  }
}

/** Those of the named topics that exist, as they are, and how many brokers there are. */
async function lookAt(admin: KafkaAdmin, names: readonly string[]) {
  const descriptions = await admin.topics(names);
  const settings = await admin.topicSettings(names);
  const { brokers, partitions } = await admin.describeCluster(
    descriptions.map(({ name }) => name),
  );
  const topics = descriptions.map((description) => {
    const { name } = description;
    const its = partitions.filter(({ topic }) => topic === name);
    return {
      ...description,
      settings: settings.get(name) ?? {},
      replicas: Math.min(...its.map(({ replicas }) => replicas)),
    };
  });
  return { topics, brokers };
}

function wantedTopics(config: Config<typeof topicSettings>): WantedTopic[] {
  const names = topicNames(config);
  return topicIds.map((topic) => ({ ...topics[topic], name: names[topic] }));
}
