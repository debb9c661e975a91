import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError } from "#runtime/config.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { providerNames } from "../../ingest/provider_accounts/names.ts";
import { ProviderAccounts } from "../../ingest/intake/providers/accounts.ts";
import { stackHome } from "./home.ts";
import { freePorts } from "./settings.ts";
import {
  accountsFileIn,
  simulateProviders,
  wantedProviders,
} from "./up_providers.ts";

async function temporaryHome() {
  const home = stackHome(await mkdtemp(join(tmpdir(), "eventflow-up-")));
  const file = accountsFileIn(home);
  return {
    home,
    file,
    accounts: async () =>
      ProviderAccounts.in(await readFile(file, "utf8"), file, "development"),
    [Symbol.asyncDispose]: () => rm(home.root, { recursive: true }),
  };
}

test("no provider is simulated unless somebody says so, and the option goes before the setting", () => {
  const env = { EVENTFLOW_UP_PROVIDERS: "stripe" };
  assert.equal(wantedProviders(undefined, {}), undefined);
  assert.equal(wantedProviders(true, {}), "all");
  assert.deepEqual(wantedProviders(undefined, env), ["stripe"]);
  assert.deepEqual(wantedProviders("adyen,paypal", env), ["adyen", "paypal"]);
});

test("a provider that there is not is one sentence with those that there are", () => {
  assert.throws(
    () => wantedProviders("strype", {}),
    (error) =>
      error instanceof ConfigError &&
      /must be all, or some of adyen, .*but is "strype"\.$/.test(error.message),
  );
});

test("accounts are made up that the intake takes, for nobody else to read, and stay when it is started again", async () => {
  await using at = await temporaryHome();
  const ports = await freePorts();
  const first = await simulateProviders(["stripe"], { ...at, ports, env: {} });
  assert.deepEqual(first.env, {
    EVENTFLOW_PROVIDERS_FILE: at.file,
    SIMULATOR_PROVIDERS: "stripe",
  });
  assert.match(first.note, /^Webhooks of stripe flow to http:/);
  assert.equal((await stat(at.file)).mode & 0o077, 0);
  const [stripe] = (await at.accounts()).all;
  const all = await simulateProviders("all", { ...at, ports, env: {} });
  assert.equal(all.env.SIMULATOR_PROVIDERS, "all");
  const accounts = await at.accounts();
  assert.deepEqual(
    accounts.all.map(({ row }) => row.name).toSorted(),
    [...providerNames].toSorted(),
  );
  assert.deepEqual(accounts.find("stripe")?.settings, stripe?.settings);
});

test("PayPal's stand-in is where the simulator is this time", async () => {
  await using at = await temporaryHome();
  const ports = await freePorts();
  await simulateProviders(["paypal"], { ...at, ports, env: {} });
  const moved = { ...ports, simulator: ports.simulator + 1 };
  await simulateProviders(["paypal"], { ...at, ports: moved, env: {} });
  const text = await readFile(at.file, "utf8");
  assert.ok(text.includes(`"127.0.0.1:${moved.simulator}"`), text);
});

test("a file of accounts that the environment names is the one that is used, as it is", async () => {
  await using at = await temporaryHome();
  const env = { EVENTFLOW_PROVIDERS_FILE: "/somewhere/providers.json" };
  const ports = await freePorts();
  const { env: told } = await simulateProviders("all", { ...at, ports, env });
  assert.equal(told.EVENTFLOW_PROVIDERS_FILE, "/somewhere/providers.json");
  await assert.rejects(stat(at.file));
});

test("a file that is none is one sentence, and stays as it is", async () => {
  await using at = await temporaryHome();
  await writeFile(at.file, '{"accounts": [{"provider": "stripe", "secr');
  const ports = await freePorts();
  await assert.rejects(
    simulateProviders("all", { ...at, ports, env: {} }),
    (error) =>
      error instanceof StartError &&
      /is no file of accounts/.test(error.message),
  );
});
