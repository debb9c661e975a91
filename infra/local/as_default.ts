/**
 * Loaded before an operator's tool (`deno run --preload`): if the environment names no broker, no database and no
 * dead-letter desk, the tool works on those of the stack that runs on this machine.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { endWith } from "#runtime/command_line.ts";
import { ENVIRONMENT, PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { databaseSettings } from "#runtime/database_settings.ts";
import { fileVariable } from "#runtime/given.ts";
import { providersFile } from "../../ingest/provider_accounts/setting.ts";
import { currentPorts } from "./current_stack.ts";
import { stackHome } from "./home.ts";
import { adminUrl, databaseUrl } from "./postgres/server.ts";
import { accountsFileIn } from "./up_providers.ts";

const { env } = process;
const { environment: _, ...ofDatabase } = databaseSettings;
const namesDatabase = Object.values(ofDatabase)
  .some(({ env: name }) => env[name] || env[fileVariable(name)]);
try {
  const home = stackHome();
  const namesDesk = env.EVENTFLOW_DESK_URL;
  if (!env.KAFKA_BOOTSTRAP_SERVERS || !namesDatabase || !namesDesk) {
    const { kafka, postgres, dead_letter_desk } = await currentPorts(home);
    // What `up` made up; those who verify must take what the intake takes.
    const accounts = accountsFileIn(home);
    if (
      !env.KAFKA_BOOTSTRAP_SERVERS && !env[providersFile.env] &&
      existsSync(accounts)
    ) {
      env[providersFile.env] = accounts;
      env[ENVIRONMENT] ||= "development";
    }
    env.KAFKA_BOOTSTRAP_SERVERS ||= `127.0.0.1:${kafka}`;
    if (!namesDatabase) {
      env.EVENTFLOW_DB_URL = databaseUrl(postgres, "reader");
      env.EVENTFLOW_HISTORY_CATALOG_URL ||= adminUrl(
        postgres,
        "eventflow_history",
      );
    }
    if (!namesDesk) {
      env.EVENTFLOW_DESK_URL = `http://127.0.0.1:${dead_letter_desk}`;
      env.EVENTFLOW_DESK_TOKEN ||= PUBLIC_DESK_TOKEN;
    }
  }
} catch (error) {
  endWith(error);
}
