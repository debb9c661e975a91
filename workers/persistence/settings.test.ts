import assert from "node:assert/strict";
import { test } from "node:test";
import { type Environment, readConfig } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { persistenceRelations, persistenceSettings } from "./settings.ts";

const read = (env: Environment) =>
  readConfig(
    "persistence-writer",
    { ...persistenceSettings, ...serviceSettings },
    { EVENTFLOW_ENVIRONMENT: "development", ...env },
    persistenceRelations,
  );

test("without settings the group and the port are those of the wire contract", () => {
  const config = read({});
  assert.equal(config.groupId, "persistence-writer");
  assert.equal(config.port, 8080);
  assert.equal(config.validatedTopic, "events.validated.v1");
});

test("a statement that could outlast the drain is refused with both values", () => {
  assert.throws(
    () =>
      read({
        EVENTFLOW_DB_STATEMENT_TIMEOUT_MS: "9000",
        EVENTFLOW_DRAIN_TIMEOUT_MS: "10000",
      }),
    /EVENTFLOW_DB_STATEMENT_TIMEOUT_MS must be at least 2000 below EVENTFLOW_DRAIN_TIMEOUT_MS: current values 9000 and 10000\.$/,
  );
});
