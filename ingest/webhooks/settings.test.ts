import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import {
  intakeRelations,
  intakeSettings,
  takesPublicSecret,
} from "./settings.ts";

test("the public secret is worth a warning where others can reach the intake", () => {
  const takes = (bindHost: string, ...secrets: string[]) =>
    takesPublicSecret({ bindHost, secrets });
  assert.equal(takes("0.0.0.0", "eventflow-local-secret"), true);
  assert.equal(takes("10.0.0.1", "own", "eventflow-local-secret"), true);
  assert.equal(takes("0.0.0.0", "own"), false);
  for (const local of ["127.0.0.1", "127.0.0.2", "::1", "localhost"]) {
    assert.equal(takes(local, "eventflow-local-secret"), false, local);
  }
});

test("a login to Kafka that lacks a half is refused before it is tried", () => {
  const settings = { ...intakeSettings, ...serviceSettings };
  const read = (env: Record<string, string>) =>
    readConfig("intake", settings, env, intakeRelations);
  const half = {
    EVENTFLOW_KAFKA_SASL_MECHANISM: "plain",
    EVENTFLOW_KAFKA_SASL_USERNAME: "intake",
  };
  assert.throws(() => read(half), /EVENTFLOW_KAFKA_SASL_PASSWORD must be set/);
  assert.doesNotThrow(() =>
    read({ ...half, EVENTFLOW_KAFKA_SASL_PASSWORD: "x" })
  );
});

test("Deno's own spans and the intake's are not made both", () => {
  const settings = { ...intakeSettings, ...serviceSettings };
  const read = (env: Record<string, string>) =>
    readConfig("intake", settings, env, intakeRelations);
  const receiver = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
  assert.throws(() => read({ ...receiver, OTEL_DENO: "true" }), /OTEL_DENO/);
  assert.doesNotThrow(() => read({ OTEL_DENO: "true" }));
  assert.doesNotThrow(() => read(receiver));
});
