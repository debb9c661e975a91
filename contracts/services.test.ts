import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Consumer,
  consumers,
  isConsumer,
  ofEachConsumer,
  services,
} from "./services.ts";

const rows: readonly (readonly [string, Consumer])[] = Object.entries(
  consumers,
);

test("what others know the services by stays as it is", () => {
  const { validator, analytics, persistence } = consumers;
  assert.deepEqual(
    [validator, analytics, persistence].map(({ service, port }) =>
      `${service} ${port}`
    ),
    [
      "validator-service 8001",
      "analytics-service 8002",
      "persistence-writer 8080",
    ],
  );
  assert.equal(services.validator, validator.service);
  assert.equal(services.enrichment, "enrichment-service");
});

test("no two consumers have the same group or port", () => {
  for (const key of ["service", "port"] as const) {
    const values = rows.map(([, row]) => row[key]);
    assert.deepEqual(values, [...new Set(values)], key);
  }
});

test("a name is one word of variables and of metrics", () => {
  for (const [name] of rows) {
    assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  }
});

test("whoever writes a topic comes before those that read it", () => {
  for (const [at, [name, { writes }]] of rows.entries()) {
    const before = rows.slice(0, at).filter(([, { reads }]) =>
      writes.some((topic) => topic === reads)
    );
    assert.deepEqual(before.map(([reader]) => reader), [], name);
  }
});

test("a table of something for each consumer has its entries by name", () => {
  const ports = ofEachConsumer("Port", ({ port }, name) => `${name} ${port}`);
  assert.equal(ports.validatorPort, "validator 8001");
  assert.equal(Object.keys(ports).length, rows.length);
});

test("a consumer is told from what is none", () => {
  assert.deepEqual(["persistence", "intake", "toString"].map(isConsumer), [
    true,
    false,
    false,
  ]);
});
