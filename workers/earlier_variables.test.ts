import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Environment,
  readConfig,
  type Settings,
} from "#runtime/config.ts";
import { analyticsSettings } from "./analytics/settings.ts";
import { observerSettings } from "./observer/settings.ts";
import { persistenceSettings } from "./persistence/settings.ts";
import { settings as validatorSettings } from "./validator/settings.ts";

const read = <const S extends Settings>(settings: S, env: Environment) =>
  readConfig("demo", settings, env);

test("the earlier validator's variables work", () => {
  const config = read(validatorSettings, {
    KAFKA_GROUP_ID: "validator-blue",
    VALIDATOR_METRICS_PORT: "9001",
    EVENTFLOW_EXPECTED_EVENT_TYPE: "payment.authorized.v1",
  });
  assert.equal(config.groupId, "validator-blue");
  assert.equal(config.port, 9001);
});

test("the earlier analytics' variables work", () => {
  const config = read(analyticsSettings, {
    ANALYTICS_GROUP_ID: "analytics-blue",
    ANALYTICS_TOPIC: "blue.validated",
    ANALYTICS_METRICS_PORT: "9002",
  });
  assert.equal(config.groupId, "analytics-blue");
  assert.equal(config.validatedTopic, "blue.validated");
  assert.equal(config.port, 9002);
});

test("the earlier persistence's variables work", () => {
  const config = read(persistenceSettings, {
    KAFKA_GROUP_ID: "persistence-writer-java",
    PERSISTENCE_HTTP_PORT: "9080",
    EVENTFLOW_DB_DRIVER: "org.postgresql.Driver",
    EVENTFLOW_DB_USERNAME: "writer",
  });
  assert.equal(config.groupId, "persistence-writer-java");
  assert.equal(config.port, 9080);
  assert.equal(config.dbUser, "writer");
});

test("an earlier variable that would mean something else stops the start and shows no value", () => {
  const cases: [Settings, Environment, RegExp][] = [
    [
      validatorSettings,
      { KAFKA_GROUP_ID: "one", EVENTFLOW_VALIDATOR_GROUP_ID: "two" },
      /EVENTFLOW_VALIDATOR_GROUP_ID and KAFKA_GROUP_ID are one setting by two names and must not differ: unset KAFKA_GROUP_ID\.$/,
    ],
    [
      validatorSettings,
      { EVENTFLOW_EXPECTED_EVENT_TYPE: "payment.settled.v1" },
      /EVENTFLOW_EXPECTED_EVENT_TYPE must be one of payment\.authorized\.v1/,
    ],
    [
      persistenceSettings,
      { EVENTFLOW_DB_DRIVER: "com.mysql.cj.jdbc.Driver" },
      /EVENTFLOW_DB_DRIVER must be one of org\.postgresql\.Driver/,
    ],
    [
      analyticsSettings,
      { KAFKA_GROUP_ID: "one" },
      /KAFKA_GROUP_ID must not be set for analytics, which does not read it: set EVENTFLOW_ANALYTICS_GROUP_ID instead\.$/,
    ],
    [
      observerSettings,
      { KAFKA_GROUP_ID: "one" },
      /KAFKA_GROUP_ID must not be set here, as it does not say which worker's group it is: set .* instead\.$/,
    ],
  ];
  for (const [settings, env, message] of cases) {
    assert.throws(() => read(settings, env), message);
  }
});

test("both names of a setting may be set where they agree, and an empty one is not set", () => {
  const groupOf = (env: Environment) => read(validatorSettings, env).groupId;
  const both = { KAFKA_GROUP_ID: "g", EVENTFLOW_VALIDATOR_GROUP_ID: "g" };
  assert.equal(groupOf(both), "g");
  assert.equal(groupOf({ ...both, EVENTFLOW_VALIDATOR_GROUP_ID: "" }), "g");
  assert.equal(groupOf({ ...both, KAFKA_GROUP_ID: "" }), "g");
  assert.equal(groupOf({ KAFKA_GROUP_ID: "" }), "validator-service");
});
