import assert from "node:assert/strict";
import { test } from "node:test";
import { type Environment, readConfig } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import {
  retryPolicyOf,
  simulatorRelations,
  simulatorSettings,
} from "./settings.ts";

const read = (env: Environment) =>
  readConfig(
    "simulator",
    { ...simulatorSettings, ...serviceSettings },
    { EVENTFLOW_WEBHOOK_SIGNING_SECRET: "a".repeat(24), ...env },
    simulatorRelations,
  );

test("a secret alone configures the simulator for the local stack", () => {
  const config = read({});
  assert.equal(config.port, 8003);
  assert.equal(
    config.webhookUrl,
    "http://127.0.0.1:8000/api/webhooks/payment-authorized",
  );
  assert.equal(config.autoStreamEnabled, false);
  assert.deepEqual(retryPolicyOf(config), {
    maxAttempts: 4,
    backoffBaseMs: 500,
    backoffMaxMs: 5000,
    backoffJitterMs: 250,
    retryAfterMaxMs: 10_000,
  });
});

test("providers are named, or all of them, as their files are called, too", () => {
  const providers = (text: string | undefined) =>
    read({
      SIMULATOR_PROVIDERS: text,
      EVENTFLOW_PROVIDERS_FILE: "providers.json",
    }).providers;
  assert.equal(providers(undefined), undefined);
  assert.equal(providers("all"), "all");
  assert.deepEqual(providers("stripe, standard_webhooks,stripe"), [
    "stripe",
    "standard-webhooks",
  ]);
});

test("the stream's currency may be written in lower case", () => {
  const config = read({ SIMULATOR_AUTO_STREAM_CURRENCY: "eur" });
  assert.equal(config.autoStreamCurrency, "EUR");
});

const refused: [Environment, RegExp][] = [
  [
    { EVENTFLOW_WEBHOOK_SIGNING_SECRET: undefined },
    /EVENTFLOW_WEBHOOK_SIGNING_SECRET or EVENTFLOW_WEBHOOK_SIGNING_SECRET_FILE must be set/,
  ],
  [{ EVENTFLOW_WEBHOOK_SIGNING_SECRET: "" }, /is set but empty/],
  [{ EVENTFLOW_WEBHOOK_SIGNING_SECRET: "a" }, /at least 24 bytes/],
  [
    { EVENTFLOW_SIMULATOR_HOSTS: "simulator,http://other" },
    /EVENTFLOW_SIMULATOR_HOSTS must be names or addresses/,
  ],
  [{ EVENTFLOW_SIMULATOR_HOSTS: "simulator:8003" }, /without a port/],
  [
    { EVENTFLOW_WEBHOOK_URL: "localhost:8000" },
    /EVENTFLOW_WEBHOOK_URL must be/,
  ],
  [
    { EVENTFLOW_WEBHOOK_URL: "http://me:pw@host/" },
    /without user and password/,
  ],
  [{ SIMULATOR_CORRUPTION_RATE: "1.5" }, /SIMULATOR_CORRUPTION_RATE must be/],
  [{ SIMULATOR_AUTO_STREAM_AMOUNT: "0.00" }, /above 0, but is "0.00"/],
  [
    { SIMULATOR_AUTO_STREAM_CURRENCY: "JPY" },
    /no more decimals than JPY, but is "49.90"/,
  ],
  [
    { SIMULATOR_BACKOFF_BASE_SECONDS: "6" },
    /SIMULATOR_BACKOFF_BASE_SECONDS must be <= SIMULATOR_BACKOFF_MAX_SECONDS/,
  ],
  [
    { SIMULATOR_PROVIDERS: "stripe,strype", EVENTFLOW_PROVIDERS_FILE: "f" },
    /SIMULATOR_PROVIDERS must be all, or some of adyen, .*, stripe, separated by commas, but is "stripe,strype"/,
  ],
  [
    { SIMULATOR_PROVIDERS: "all,stripe", EVENTFLOW_PROVIDERS_FILE: "f" },
    /SIMULATOR_PROVIDERS must be all, or some of/,
  ],
  [
    { SIMULATOR_PROVIDERS: "stripe" },
    /EVENTFLOW_PROVIDERS_FILE must be set, as providers are simulated/,
  ],
  [
    { SIMULATOR_WEBHOOK_TIMEOUT_SECONDS: "8" },
    /EVENTFLOW_DRAIN_TIMEOUT_MS must be more than/,
  ],
];
for (const [env, message] of refused) {
  test(`the simulator does not start with ${JSON.stringify(env)}`, () => {
    assert.throws(() => read(env), { name: "ConfigError", message });
  });
}
