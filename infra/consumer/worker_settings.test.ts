import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig } from "#runtime/config.ts";
import { workerRelations, workerSettings } from "./worker_settings.ts";

const read = (env: Record<string, string>) =>
  readConfig("demo", workerSettings, env, workerRelations);

test("a stall must be told before it ends the process", () => {
  read({ EVENTFLOW_STALL_EXIT_MS: "30001" });
  assert.throws(
    () => read({ EVENTFLOW_STALL_EXIT_MS: "30000" }),
    new ConfigError(
      "Cannot start demo: EVENTFLOW_STALL_UNREADY_MS must be below EVENTFLOW_STALL_EXIT_MS: current values 30000 and 30000.",
    ),
  );
});
