import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { headers, INTERNAL } from "#contracts/headers.ts";
import { topics as contracts } from "#contracts/topics.ts";
import { outputOf } from "#consumer/output.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { runMain } from "#kit/run_main.ts";
import { stripeCharge } from "#kit/signed_webhooks.ts";
import { validate } from "../../../workers/validator/handle.ts";
import { Report } from "./report.ts";

const WEBHOOKS = 5;

/** Raw records as the intake keeps them, and what the validator makes of them, changed by `alter` and without what that drops. */
async function setUp(
  alter: (fact: string) => string | undefined = (fact) => fact,
) {
  const cluster = await testCluster();
  const [rawTopic, validatedTopic] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(),
  ];
  const sender = cluster.kafka.sender();
  const raw = (body: string, provider: string): OutgoingRecord => ({
    topic: rawTopic,
    key: null,
    value: Buffer.from(body),
    headers: [
      header(headers.receivedAt, `${Date.now()}`),
      header(headers.provider, provider),
      ...provider === INTERNAL ? [] : [header(headers.account, "default")],
    ],
  });
  await sender.send([
    ...Array.from(
      { length: WEBHOOKS },
      (_, n) =>
        raw(stripeCharge({ id: `${n}`, amount: 1000 + n }).body, "stripe"),
    ),
    raw(stripeCharge({ type: "customer.created" }).body, "stripe"),
    raw(stripeCharge({ type: "of.no_mapping" }).body, "stripe"),
    raw('{"type":"charge.succeeded"}', "stripe"),
    raw('{"type":"charge.succeeded"}', INTERNAL),
  ]);
  const output = outputOf({
    service: services.validator,
    deadLetterTopic: "dlq",
    clock: () => new Date(),
  });
  const topics = { validatedTopic, unmappedTopic: "unmapped" };
  const made = (await cluster.readAll(rawTopic)).flatMap((record) =>
    output(record, validate(record, topics), 1)
  );
  await sender.send(made.flatMap((record) => {
    if (record.topic !== validatedTopic) return [];
    const value = alter(String(record.value));
    return value === undefined
      ? []
      : [{ ...record, value: Buffer.from(value) }];
  }));
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    [contracts.raw.env]: rawTopic,
    [contracts.validated.env]: validatedTopic,
  };
  return {
    diff: (...args: string[]) =>
      runMain(new URL("main.ts", import.meta.url), [
        "diff",
        "--provider",
        "stripe",
        "--since",
        "1h",
        ...args,
      ], env),
    async [Symbol.asyncDispose]() {
      await sender.close();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

test("facts that today's mapping makes alike stay as they are, and what is no fact is counted", async () => {
  await using log = await setUp();
  const { code, stdout, stderr } = await log.diff("--json");
  assert.deepEqual([code, stderr], [0, ""]);
  const { facts, webhooks, unmapped, refused, no_payment, examples } = Report
    .parse(JSON.parse(stdout));
  assert.deepEqual(facts, { same: 2 * WEBHOOKS, changed: 0, new: 0, gone: 0 });
  assert.deepEqual([webhooks, unmapped, refused, no_payment], [
    WEBHOOKS + 3,
    1,
    1,
    1,
  ]);
  assert.deepEqual(examples, []);
});

test("what a replay would change is counted by its place, told by example, and is exit code 1", async () => {
  await using log = await setUp((fact) => {
    if (fact.includes('"stripe:default:charge:ch_0:authorized"')) {
      return undefined;
    }
    if (fact.includes("ch_1:")) {
      return fact.replace('"amount":10.01', '"amount":100.1');
    }
    return fact.replace("charge:ch_2:captured", "charge:ch_2:taken");
  });
  const { code, stdout } = await log.diff("--json");
  assert.equal(code, 1);
  const { facts, changed_at, examples } = Report.parse(JSON.parse(stdout));
  assert.deepEqual(facts, {
    same: 2 * WEBHOOKS - 4,
    changed: 2,
    new: 2,
    gone: 1,
  });
  assert.deepEqual(changed_at, [{ path: "payload.amount", count: 2 }]);
  assert.deepEqual(
    examples.find(({ path }) => path === "payload.amount"),
    {
      record: examples.find(({ path }) => path === "payload.amount")?.record,
      event_id: "stripe:default:charge:ch_1:authorized",
      path: "payload.amount",
      before: "100.1",
      after: "10.01",
    },
  );
  const printed = await log.diff();
  assert.match(printed.stdout, /^ {2}payload\.amount: 2$/m);
  assert.match(
    printed.stdout,
    /deno task dlq replay --from test\.\S+ --for validator-service --provider stripe --since .* not made any more\.$/m,
  );
});

test("a provider that nobody maps, and a time that is none, are one sentence and 78", async () => {
  await using log = await setUp();
  const unknown = await log.diff("--provider", "nobody");
  assert.equal(unknown.code, 78);
  assert.match(unknown.stderr, /'nobody' is invalid\. Known are adyen, /);
  const late = await log.diff("--until", "2h");
  assert.equal(late.code, 78);
  assert.match(late.stderr, /--since must be before --until\./);
});
