import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { simulatorSettings } from "../simulator/settings.ts";
import { intakeSettings } from "../intake/settings.ts";

/**
 * Milliseconds for what an answer takes beside Kafka: to connect, to send a body of some kilobytes, for a
 * busy event loop to get to it, and for the answer's way back.
 */
const REST_MS = 500;

test("by default the intake says 503 before a provider gives up that waits as long as ours", () => {
  const env = { EVENTFLOW_ENVIRONMENT: "development" };
  const { publishTimeoutMs } = readConfig("intake", intakeSettings, env);
  const { webhookTimeoutSeconds } = readConfig(
    "simulator",
    simulatorSettings,
    env,
  );
  assert.ok(
    publishTimeoutMs + REST_MS <= webhookTimeoutSeconds * 1000,
    `${publishTimeoutMs} ms and ${REST_MS} ms are more than ${webhookTimeoutSeconds} s`,
  );
});
