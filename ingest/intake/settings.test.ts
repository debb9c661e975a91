import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { secretsOf } from "./providers/payment_provider/settings.ts";
import { intakeRelations, intakeSettings } from "./settings.ts";

const read = (env: Record<string, string>) =>
  readConfig(
    "intake",
    { ...intakeSettings, ...serviceSettings },
    env,
    intakeRelations,
  );

const development = { EVENTFLOW_ENVIRONMENT: "development" };
const own = { PAYMENT_PROVIDER_WEBHOOK_SECRET: "a".repeat(24) };
const publicSecret = "eventflow-local-secret";

test("the public secret is for explicit development on loopback alone", () => {
  for (const bindHost of ["", "127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    const env = { ...development, EVENTFLOW_BIND_HOST: bindHost };
    assert.deepEqual(secretsOf(read(env)), [publicSecret], bindHost);
    const named = { ...env, PAYMENT_PROVIDER_WEBHOOK_SECRET: publicSecret };
    assert.deepEqual(secretsOf(read(named)), [publicSecret], bindHost);
  }
  const elsewhere = [
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "127.0.0.1.example.com",
    "127.evil",
  ];
  const others: Record<string, string>[] = [
    {},
    { EVENTFLOW_ENVIRONMENT: "production" },
    ...elsewhere.map((host) => ({
      ...development,
      EVENTFLOW_BIND_HOST: host,
    })),
  ];
  for (const env of others) {
    assert.throws(
      () => read(env),
      /PAYMENT_PROVIDER_WEBHOOK_SECRET or PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE must be set \(.*\), as the public one is for /,
    );
    assert.throws(
      () => read({ ...env, PAYMENT_PROVIDER_WEBHOOK_SECRET: publicSecret }),
      /PAYMENT_PROVIDER_WEBHOOK_SECRET must be a secret of your own, as /,
    );
  }
});

test("an empty secret is no secret, in development neither", () => {
  for (const env of [{}, development]) {
    assert.throws(
      () => read({ ...env, PAYMENT_PROVIDER_WEBHOOK_SECRET: "" }),
      /PAYMENT_PROVIDER_WEBHOOK_SECRET is set but empty/,
    );
  }
});

test("a secret has at least 24 bytes, in development too", () => {
  for (const env of [{}, development]) {
    for (const short of ["a", "a".repeat(23)]) {
      assert.throws(
        () => read({ ...env, PAYMENT_PROVIDER_WEBHOOK_SECRET: short }),
        /PAYMENT_PROVIDER_WEBHOOK_SECRET must have at least 24 bytes\.$/,
      );
      assert.throws(
        () => read({ ...own, PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: short }),
        /PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS must have at least 24 bytes/,
      );
    }
  }
  assert.deepEqual(secretsOf(read(own)), ["a".repeat(24)]);
  const eight = { PAYMENT_PROVIDER_WEBHOOK_SECRET: "€".repeat(8) };
  assert.deepEqual(secretsOf(read(eight)), ["€".repeat(8)]);
});

test("a comma in the variable is refused with the new way; in a file it is part of the secret", async () => {
  const two = `${"a".repeat(24)},${"b".repeat(24)}`;
  assert.throws(
    () => read({ PAYMENT_PROVIDER_WEBHOOK_SECRET: two }),
    /must be one secret without a comma: .*PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS/,
  );
  const folder = await mkdtemp(join(tmpdir(), "eventflow-secret-"));
  try {
    const file = join(folder, "secret");
    await writeFile(file, `${two}\n`);
    const env = { PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE: file };
    assert.deepEqual(secretsOf(read(env)), [two]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a login to Kafka that lacks a half is refused before it is tried", () => {
  const half = {
    ...own,
    EVENTFLOW_KAFKA_SASL_MECHANISM: "plain",
    EVENTFLOW_KAFKA_SASL_USERNAME: "intake",
  };
  assert.throws(() => read(half), /EVENTFLOW_KAFKA_SASL_PASSWORD must be set/);
  assert.doesNotThrow(() =>
    read({ ...half, EVENTFLOW_KAFKA_SASL_PASSWORD: "x" })
  );
});

test("Deno's own spans and the intake's are not made both", () => {
  const receiver = {
    ...own,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
  };
  assert.throws(() => read({ ...receiver, OTEL_DENO: "true" }), /OTEL_DENO/);
  assert.doesNotThrow(() => read({ ...own, OTEL_DENO: "true" }));
  assert.doesNotThrow(() => read(receiver));
});
