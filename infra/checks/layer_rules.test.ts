import assert from "node:assert/strict";
import { test } from "node:test";
import { layerViolations } from "./layer_rules.ts";
import { isTest } from "./repository.ts";
import { parseSource } from "./source.ts";

/** The rules that a file with this text breaks. */
function broken(path: string, text: string, isTestCode = isTest(path)) {
  return layerViolations(parseSource(path, text), isTestCode)
    .map(({ rule }) => rule);
}

function refused(path: string, specifier: string, rule: RegExp) {
  const [found, ...others] = broken(path, `import "${specifier}";`);
  assert.match(found ?? "", rule, `${path} may import ${specifier}`);
  assert.deepEqual(others, []);
}

function allowed(path: string, specifier: string) {
  assert.deepEqual(broken(path, `import "${specifier}";`), [], path);
}

test("a violation says where it is, what is imported and which rule that breaks", () => {
  const source = parseSource(
    "contracts/topics.ts",
    `import "zod";\n\nimport { Log } from "#runtime/log.ts";`,
  );
  assert.deepEqual(layerViolations(source, false), [{
    path: "contracts/topics.ts",
    line: 3,
    what: "imports #runtime/log.ts",
    rule: "contracts imports zod and itself",
  }]);
});

test("contracts imports zod and itself", () => {
  const rule = /^contracts imports zod and itself$/;
  allowed("contracts/topics.ts", "zod");
  allowed("contracts/events/payment.ts", "../fields.ts");
  refused("contracts/topics.ts", "#runtime/log.ts", rule);
  refused("contracts/topics.ts", "../infra/runtime/log.ts", rule);
  refused("contracts/topics.ts", "../ingest/http/http_server.ts", rule);
  refused("contracts/topics.ts", "hono", rule);
  refused("contracts/topics.ts", "fast-check", rule);
  refused("contracts/topics.ts", "node:fs", rule);
});

test("tests of contracts also import what tests are made with", () => {
  const rule = /^contracts imports zod and itself$/;
  allowed("contracts/parse.test.ts", "fast-check");
  allowed("contracts/parse.test.ts", "node:test");
  allowed("contracts/parse.test.ts", "node:assert/strict");
  allowed("contracts/parse.test.ts", "node:fs/promises");
  refused("contracts/parse.test.ts", "node:http", rule);
  refused("contracts/parse.test.ts", "hono", rule);
  refused("contracts/parse.test.ts", "#runtime/log.ts", rule);
});

test("infra/runtime imports contracts, itself, packages and Node's builtins", () => {
  const rule = /^infra\/runtime imports contracts and itself$/;
  allowed("infra/runtime/log.ts", "#contracts/topics.ts");
  allowed("infra/runtime/log.ts", "./kafka/port.ts");
  allowed("infra/runtime/log.ts", "@logtape/logtape");
  allowed("infra/runtime/log.ts", "node:process");
  refused("infra/runtime/log.ts", "../stack/up.ts", rule);
  refused("infra/runtime/log.test.ts", "../stack/up.ts", rule);
  refused("infra/runtime/log.ts", "../../ingest/http_server.ts", rule);
  refused("infra/runtime/log.ts", "../../workers/validator/handle.ts", rule);
});

test("infra/runtime and contracts run unchanged on Deno and Bun", () => {
  const rule = "infra/runtime runs unchanged on Deno and Bun";
  assert.deepEqual(broken("infra/runtime/a.ts", "Deno.exit()"), [rule]);
  assert.deepEqual(broken("infra/runtime/a.test.ts", "Bun.gc()"), [rule]);
  assert.deepEqual(broken("contracts/a.ts", "Bun.gc()"), [
    "contracts runs unchanged on Deno and Bun",
  ]);
  assert.deepEqual(broken("ingest/http/http_server.ts", "Deno.exit()"), []);
  refused("infra/runtime/a.ts", "bun", /unchanged on Deno and Bun/);
  refused("infra/runtime/a.ts", "bun:sqlite", /a package or a node: builtin/);
});

test("ingest and workers import contracts, infra/runtime and themselves", () => {
  allowed("ingest/intake/app.ts", "#contracts/topics.ts");
  allowed("ingest/intake/app.ts", "#runtime/log.ts");
  allowed("ingest/intake/app.ts", "../http_server.ts");
  allowed("ingest/intake/app.ts", "hono");
  allowed("workers/validator/handle.ts", "#runtime/log.ts");
  refused(
    "ingest/http/http_server.ts",
    "../workers/validator/handle.ts",
    /^ingest imports contracts, infra\/runtime and itself$/,
  );
  refused(
    "workers/rates.ts",
    "../ingest/http/http_server.ts",
    /^workers imports contracts, infra\/runtime and itself$/,
  );
  refused(
    "ingest/intake/app.ts",
    "../../infra/stack/home.ts",
    /^ingest imports contracts, infra\/runtime and itself$/,
  );
  refused(
    "workers/validator/handle.test.ts",
    "../../infra/stack/home.ts",
    /^workers imports contracts, infra\/runtime and itself$/,
  );
});

test("no service imports another", () => {
  const rule = /^no service imports another$/;
  refused("ingest/intake/app.ts", "../simulator/signature.ts", rule);
  refused("ingest/simulator/app.test.ts", "../webhooks/signature.ts", rule);
  refused("workers/analytics/main.ts", "../validator/handle.ts", rule);
  refused("workers/analytics/main.ts", "../../ingest/intake/app.ts", rule);
  allowed("ingest/http/permissions.ts", "./webhooks/settings.ts");
});

test("the rest of infra imports services in its checks and in test code only", () => {
  const rule = /^infra imports contracts, infra\/runtime and itself$/;
  allowed("infra/local/up.ts", "#contracts/topics.ts");
  allowed("infra/local/up.ts", "#runtime/log.ts");
  allowed("infra/testing/runner/run.ts", "../stack/home.ts");
  refused("infra/local/up.ts", "../../ingest/intake/settings.ts", rule);
  refused("infra/local/up.ts", "../../workers/validator/settings.ts", rule);
  allowed("infra/checks/a.ts", "../../workers/validator/settings.ts");
  allowed("infra/scenarios/a.test.ts", "../../ingest/simulator/signature.ts");
  const double = `import "../../ingest/simulator/signature.ts";`;
  assert.deepEqual(broken("infra/scenarios/client.ts", double, true), []);
});

test("kafkajs is imported in its own folder only", () => {
  const rule = /^kafkajs is imported in infra\/runtime\/kafka\/kafkajs only$/;
  allowed("infra/kafka/kafkajs/client.ts", "kafkajs");
  allowed("infra/kafka/kafkajs/client.ts", "kafkajs/src/broker/index");
  refused("infra/kafka/publisher.ts", "kafkajs", rule);
  refused("infra/kafka/publisher.test.ts", "kafkajs/src/x.js", rule);
  refused("infra/operations/topics/topics.ts", "kafkajs", rule);
  refused("ingest/intake/main.ts", "kafkajs", rule);
  refused("workers/validator/main.ts", "kafkajs", rule);
});

test("packages come from package.json, and what is imported is written out", () => {
  const rule = /^an import names a file of the repository, a package or/;
  refused("ingest/intake/app.ts", "npm:hono@4", rule);
  refused("ingest/intake/app.ts", "jsr:@std/assert", rule);
  refused("infra/local/up.ts", "https://example.org/a.ts", rule);
  refused("workers/validator/main.ts", "/usr/lib/a.ts", rule);
  const computed = `await import("../" + name);`;
  assert.match(broken("workers/validator/main.ts", computed)[0] ?? "", rule);
  assert.deepEqual(broken("infra/checks/a.ts", computed), []);
});
