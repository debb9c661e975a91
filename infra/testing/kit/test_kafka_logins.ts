/**
 * Logs in to Kafka as each of some environments says, and asks for rights, as a service does at its start; prints how
 * each ended as JSON: "in", or the exit code and the sentence.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { ConfigError, readConfig } from "#runtime/config.ts";
import type { Right } from "#kafka/access/rights.ts";
import { awaitKafka } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { connectionRelations, connectionSettings } from "#kafka/settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";

type Try = {
  readonly env: Readonly<Record<string, string>>;
  readonly needs: readonly Right[];
  readonly timeoutMs: number;
};

const tries: Readonly<Record<string, Try>> = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);
const outcomes = await Promise.all(
  Object.entries(tries).map(async ([name, one]) =>
    [name, await outcomeOf(one)] as const
  ),
);
console.log(JSON.stringify(Object.fromEntries(outcomes)));
process.exit(0);

async function outcomeOf({ env, needs, timeoutMs }: Try): Promise<string> {
  try {
    const config = readConfig(
      "test",
      connectionSettings,
      env,
      connectionRelations,
    );
    const log = silentLog();
    await awaitKafka(createKafkaClient({ config, clientId: "test", log }), {
      needs,
      config,
      timeoutMs,
      signal: new AbortController().signal,
    });
    return "in";
  } catch (error) {
    if (error instanceof StartError) {
      return `${error.exitCode} ${error.message}`;
    }
    if (error instanceof ConfigError) return `78 ${error.message}`;
    throw error;
  }
}
