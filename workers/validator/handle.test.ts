import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { eventTexts } from "#kit/contracts/test_events.ts";
import { header } from "#kafka/headers.ts";
import { PassedOnRecord } from "#kafka/passed_on_record.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { validate } from "./handle.ts";
import { payment } from "./payment_fixture.ts";

const topics = { validatedTopic: "validated", unmappedTopic: "unmapped" };

function raw(value: string | Buffer | null): ReceivedRecord {
  return {
    topic: "raw",
    partition: 1,
    offset: 7,
    timestampMs: 0,
    key: Buffer.from("pay_1"),
    value: typeof value === "string" ? Buffer.from(value) : value,
    headers: [header("eventflow-received-at", "1")],
  };
}

function codeOf(value: string | Buffer | null): string | undefined {
  const outcome = validate(raw(value), topics);
  return outcome.kind === "dead-letter" ? outcome.rejection.code : undefined;
}

test("a good payment goes on byte for byte, with its key and headers", () => {
  const text = ` ${JSON.stringify(payment())}\n`;
  const record = raw(text);
  const outcome = validate(record, topics);
  assert.ok(outcome.kind === "forward");
  const [passedOn, ...others] = outcome.records;
  assert.ok(passedOn instanceof PassedOnRecord, "it can be copied as a slice");
  assert.deepEqual(others, []);
  const { topic, key, value, headers } = passedOn;
  assert.deepEqual({ topic, key, value, headers }, {
    topic: "validated",
    key: record.key,
    value: Buffer.from(text),
    headers: record.headers,
  });
});

test("whatever an event says, what goes on of it are the bytes that came", () => {
  let forwarded = 0;
  fc.assert(
    fc.property(eventTexts(), (textOf) => {
      const record = raw(textOf("e"));
      const outcome = validate(record, topics);
      if (outcome.kind === "dead-letter") return;
      assert.ok(outcome.kind === "forward");
      assert.deepEqual(outcome.records.map(({ value }) => value), [
        record.value,
      ]);
      assert.equal(String(record.value), textOf("e"));
      forwarded++;
    }),
    { numRuns: 1_000 },
  );
  assert.ok(forwarded > 100, `${forwarded}`);
});

test("that a mapping made it is not said of a payment that none made, and all else goes on", () => {
  const own = raw(JSON.stringify(payment()));
  const record = {
    ...own,
    headers: [header("eventflow-mapping-version", "9"), ...own.headers],
  };
  const outcome = validate(record, topics);
  assert.ok(outcome.kind === "forward");
  const [{ key, value, headers } = own] = outcome.records;
  assert.deepEqual({ key, value, headers }, {
    key: own.key,
    value: own.value,
    headers: own.headers,
  });
});

test("what a replay says of itself goes on with a good payment", () => {
  const replay = [
    header("eventflow-replay-of", "events.dlq.v1/0/3"),
    header("eventflow-origin", "raw/1/2"),
  ];
  const record = { ...raw(JSON.stringify(payment())), headers: replay };
  const outcome = validate(record, topics);
  assert.deepEqual(
    outcome.kind === "forward" && outcome.records[0]?.headers,
    replay,
  );
});

test("each thing wrong with a record has its own code", () => {
  assert.equal(codeOf(null), "empty_value");
  assert.equal(codeOf(""), "empty_value");
  assert.equal(codeOf("{"), "not_json");
  assert.equal(codeOf(Buffer.from([0x22, 0xff, 0x22])), "not_json");
  assert.equal(codeOf("[]"), "not_an_object");
  assert.equal(codeOf('{"event_type":"x"}'), "unknown_event_type");
  assert.equal(codeOf("{}"), "contract_violation");
  const money = (text: string) =>
    JSON.stringify(payment()).replace(
      '"amount":49.9,"currency":"USD"',
      text,
    );
  assert.equal(codeOf(money('"amount":49.9,"currency":"USD"')), undefined);
  assert.equal(
    codeOf(money('"amount":1,"currency":"ZZZ"')),
    "unknown_currency",
  );
  assert.equal(
    codeOf(money('"amount":10.0000000000000001,"currency":"USD"')),
    "too_many_decimals",
  );
  assert.equal(
    codeOf(money('"amount":1e400,"currency":"USD"')),
    "contract_violation",
  );
});

test("a payment nested too deep is refused, however deep", () => {
  for (const levels of [101, 20_000, 400_000]) {
    const deep = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const text = JSON.stringify(payment()).replace("{", `{"deep":${deep},`);
    assert.equal(codeOf(text), "too_deep", `${levels}`);
  }
});
