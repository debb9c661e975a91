import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { z } from "zod";
import { type Environment, readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { ONLY_ACCOUNT } from "../../ingest/provider_accounts/accounts.ts";
import { pathOf } from "../../ingest/provider_accounts/addresses.ts";
import {
  type ChosenProviders,
  chosenProviders,
} from "../../ingest/provider_accounts/chosen_providers.ts";
import { providerNames } from "../../ingest/provider_accounts/names.ts";
import type { Home } from "./home.ts";
import { madeUpAccounts } from "./made_up_accounts.ts";
import { type ServiceEnvironment, serviceUrl } from "./service_jobs.ts";
import type { Ports } from "./settings.ts";

export const upSettings = {
  providers: chosenProviders("EVENTFLOW_UP_PROVIDERS", {
    doc: "providers whose own webhooks `deno task up` has simulated beside " +
      "its stream of payments, comma-separated, or all; as its option " +
      "`--providers`. Without EVENTFLOW_PROVIDERS_FILE it makes accounts up",
  }),
};

/**
 * The providers that are simulated.
 *
 * @param option what the command line says: names, true for all, or nothing
 * @throws {ConfigError} if one is none
 */
export function wantedProviders(
  option: string | true | undefined,
  env: Environment = process.env,
): ChosenProviders | undefined {
  const { env: name } = upSettings.providers;
  const given = option === undefined
    ? env
    : { ...env, [name]: option === true ? "all" : option };
  return readConfig("the local stack", upSettings, given).providers;
}

/** What services are told of them, and a sentence for whoever started the stack. */
export type SimulatedProviders = {
  readonly env: ServiceEnvironment;
  readonly note: string;
};

/** Where accounts are that were made up. */
export const accountsFileIn = (home: Home) => join(home.root, "providers.json");

/**
 * Gives the intake and the simulator one file of accounts: that which the environment names, else one that is made up.
 *
 * @throws {StartError} if there is one, made up earlier, that cannot be read
 */
export async function simulateProviders(
  wanted: ChosenProviders,
  { home, ports, env = process.env }: {
    home: Home;
    ports: Ports;
    env?: Environment;
  },
): Promise<SimulatedProviders> {
  const given = env.EVENTFLOW_PROVIDERS_FILE;
  const path = given || accountsFileIn(home);
  if (!given) {
    await makeUpAccounts(wanted, path, ports);
  }
  const names = wanted === "all" ? wanted : wanted.join(",");
  const url = serviceUrl("intake", ports, "/api/webhooks/<provider>");
  return {
    env: { EVENTFLOW_PROVIDERS_FILE: path, SIMULATOR_PROVIDERS: names },
    note: `Webhooks of ${
      wanted === "all" && given ? "all providers in the file" : listed(wanted)
    } flow to ${url}. Accounts are in ${
      relative(process.cwd(), path)
    }; deno task providers shows them.`,
  };
}

const listed = (wanted: ChosenProviders) =>
  (wanted === "all" ? providerNames : wanted).join(", ");

const Entry = z.looseObject({ provider: z.string() });
const AccountsFile = z.object({ accounts: z.array(Entry) });

/**
 * Writes a file with an account of each provider. Accounts that were made up before stay, so that what they signed is still
 * proven.
 *
 * @throws {StartError} if there is one, made up earlier, that cannot be read
 */
export async function makeUpAccounts(
  wanted: ChosenProviders,
  path: string,
  ports: Pick<Ports, "intake" | "simulator">,
): Promise<void> {
  const before = await madeUpBefore(path);
  const paypal = {
    certificate_host: `127.0.0.1:${ports.simulator}`,
    root_file: join(path, "../paypal-root.pem"),
  };
  const accounts = before.map((one) =>
    one.provider === "paypal" ? { ...one, development: paypal } : one
  );
  for (const provider of wanted === "all" ? providerNames : wanted) {
    if (accounts.some((one) => one.provider === provider)) continue;
    const path = pathOf({ provider, account: ONLY_ACCOUNT });
    const url = `http://127.0.0.1:${ports.intake}${path}`;
    accounts.push({ provider, ...madeUpAccounts[provider]({ url, paypal }) });
  }
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(`${path}.next`, JSON.stringify({ accounts }, null, 2), {
    mode: 0o600,
  });
  await rename(`${path}.next`, path);
}

async function madeUpBefore(path: string): Promise<z.infer<typeof Entry>[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return [];
  }
  try {
    return AccountsFile.parse(JSON.parse(text)).accounts;
  } catch {
    // Its own message may quote a secret.
    throw new StartError(
      `${path} is no file of accounts: mend it, or remove it and others are made up.`,
      { exitCode: exitCodes.config },
    );
  }
}
