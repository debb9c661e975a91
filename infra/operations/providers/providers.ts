import { type Environment, readConfig } from "#runtime/config.ts";
import { developmentSettings } from "#runtime/development_settings.ts";
import { describeError, exitCodes, TransientError } from "#runtime/errors.ts";
import { needsOfProviders } from "#kafka/access/needs.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { openAccounts } from "../../../ingest/intake/providers/open_accounts.ts";
import { providersFile } from "../../../ingest/provider_accounts/setting.ts";
import { accountLines, nameOf } from "./account_lines.ts";
import { lastSeen } from "./last_seen.ts";
import { notesOn, printed, type Report } from "./report.ts";

const settings = {
  ...connectionSettings,
  ...topicSettings,
  ...developmentSettings,
  providersFile,
};

/** Of each partition, from its end: some seconds of reading at most. */
const RECORDS = 10_000;

/**
 * Says which accounts are set up, and when each was last heard of. If Kafka is away, all but that.
 *
 * @param options.url where providers reach the intake, without a path
 * @returns an exit code
 * @throws {ConfigError} if the settings are not as they must be
 * @throws {StartError} if the file of accounts is not
 */
export async function providers(
  { url, json, say, env }: {
    readonly url: string | undefined;
    readonly json: boolean;
    readonly say: (line: string) => void;
    readonly env: Environment;
  },
): Promise<number> {
  const config = readConfig("providers", settings, env, connectionRelations);
  const { accounts } = await openAccounts(
    config.providersFile,
    config.environment,
  );
  const lines = accountLines(accounts, url ?? "https://YOUR-HOST");
  const notes = notesOn(lines, { isUrlGiven: url !== undefined });
  const { rawTopic: topic } = config;
  const seen = lines.length === 0 ? undefined : await lookIn(
    config,
    new Set(lines.map(nameOf)),
  ).catch((error) => {
    if (!isKafkas(error)) throw error;
    notes.push(
      `When each was last seen is not known. ${describeError(error)}`,
    );
    return undefined;
  });
  const report: Report = {
    accounts: lines.map((line) => {
      const atMs = seen?.get(nameOf(line));
      const last_seen = atMs === undefined
        ? null
        : new Date(atMs).toISOString();
      return { ...line, last_seen };
    }),
    looked_in: seen === undefined
      ? null
      : { topic, records_of_each_partition: RECORDS },
    notes,
  };
  say(json ? JSON.stringify(report) : printed(report));
  return exitCodes.ok;
}

type Config = ReturnType<typeof readConfig<typeof settings>>;

async function lookIn(config: Config, asked: ReadonlySet<string>) {
  const { rawTopic: topic } = config;
  const kafka = createKafkaClient({
    config,
    clientId: "eventflow-providers",
    log: silentLog(),
  });
  await requireAccess(kafka, { needs: needsOfProviders(config), config });
  const admin = await kafka.admin();
  try {
    return await lastSeen({ kafka, admin, topic, records: RECORDS }, asked);
  } finally {
    await admin.close();
  }
}

/** Whether it is Kafka that does not answer, or does not have or give what is asked. */
function isKafkas(error: unknown): boolean {
  return error instanceof StartError || error instanceof TransientError;
}
