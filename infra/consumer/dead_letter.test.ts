import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { DeadLetter } from "#contracts/dead_letter.ts";
import { flawsIn } from "#contracts/portable_json.ts";
import { topics } from "#contracts/topics.ts";
import { header, headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { deadLetterOf } from "./dead_letter.ts";

function letterOf(
  value: Buffer | null,
  key: Buffer | null = null,
  message = "why",
) {
  const record: ReceivedRecord = {
    topic: "events.raw",
    partition: 2,
    offset: 41,
    timestampMs: 0,
    key,
    value,
    headers: [header("a", "1")],
  };
  const outgoing = deadLetterOf(record, {
    topic: "dlq",
    service: "validator-service",
    rejection: { code: "not_json", message, issues: [] },
    attempts: 1,
    at: new Date("2026-01-02T03:04:05Z"),
  });
  const text = `${outgoing.value}`;
  return { outgoing, text, letter: DeadLetter.parse(JSON.parse(text)) };
}

test("the seven keys that every reader knows are there", () => {
  const { letter } = letterOf(Buffer.from('{"event_id":"e"}'));
  assert.deepEqual(
    [
      letter.failed_service,
      letter.error_message,
      letter.source_topic,
      letter.source_partition,
      letter.source_offset,
      letter.timestamp,
      letter.event,
    ],
    [
      "validator-service",
      "why",
      "events.raw",
      2,
      41,
      "2026-01-02T03:04:05.000Z",
      { event_id: "e" },
    ],
  );
});

test("any bytes come back from a dead letter as they were", () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((one) =>
    Buffer.from(one)
  );
  fc.assert(fc.property(bytes, bytes, (value, key) => {
    const { original } = letterOf(value, key).letter;
    const back = (base64: string | null | undefined) =>
      Buffer.from(base64 ?? "", "base64");
    assert.deepEqual(back(original.value_base64), value);
    assert.deepEqual(back(original.key_base64), key);
  }));
});

test("the origin that a replay named is on its letter, and with the original", () => {
  const origin = header("eventflow-origin", "raw/2/7");
  const record: ReceivedRecord = {
    topic: "events.validated",
    partition: 2,
    offset: 41,
    timestampMs: 0,
    key: null,
    value: Buffer.from("{}"),
    headers: [origin],
  };
  const { headers, value } = deadLetterOf(record, {
    topic: "dlq",
    service: "persistence-writer",
    rejection: { code: "not_storable", message: "why", issues: [] },
    attempts: 1,
    at: new Date(0),
  });
  assert.equal(headerText(headers, origin.name), "raw/2/7");
  const { original } = DeadLetter.parse(JSON.parse(`${value}`));
  assert.deepEqual(original.headers, [{
    name: origin.name,
    value_base64: origin.value.toString("base64"),
  }]);
});

test("JSON goes in as it is written, with all its digits", () => {
  const written = '{"n":10.0000000000000001, "m":1.50e+2}';
  assert.ok(`${letterOfText(written)}`.endsWith(`,"event":${written}}`));
});

test("JSON that readers take differently, or not at all, goes in as its text", () => {
  const odd = [
    '{"n":1,"n":2}',
    '{"n":1e400}',
    `{"n":${"9".repeat(5_000)}}`,
    '{"n":[{"m":"\\u0000"}]}',
    '{"\\ud800":1}',
  ];
  for (const written of odd) {
    const text = letterOfText(written);
    assert.equal(JSON.parse(text).event, written);
    assert.deepEqual(flawsIn(text, JSON.parse(text)), [], written);
  }
});

test("a letter has no NUL character, whatever its original and its reason have", () => {
  const { text, letter } = letterOf(Buffer.from("{\0"), null, "at \0");
  assert.doesNotMatch(text, /\\u0000/);
  assert.equal(letter.event, "{\ufffd");
  assert.equal(letter.error_message, "at \ufffd");
  assert.equal(atob(letter.original.value_base64 ?? ""), "{\0");
});

test("JSON nested too deep for other readers goes in as its text", () => {
  for (const depth of [200, 50_000]) {
    const deep = `{"d":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    assert.equal(letterOf(Buffer.from(deep)).letter.event, deep);
  }
});

test("what is not JSON goes in as its text, no value as null", () => {
  assert.equal(letterOf(Buffer.from('{"cut')).letter.event, '{"cut');
  assert.equal(letterOf(null).letter.event, null);
  assert.equal(letterOf(null).letter.original.value_base64, null);
});

test("any record the raw topic takes fits as a dead letter", () => {
  for (const bytes of [1024 * 1024, 4 * 1024 * 1024]) {
    // A control character is six characters as JSON, the most a byte can become.
    const { outgoing, letter } = letterOf(Buffer.alloc(bytes, 1));
    assert.ok(
      (outgoing.value?.length ?? 0) < topics.deadLetters.maxMessageBytes,
    );
    assert.equal(
      Buffer.from(letter.original.value_base64 ?? "", "base64").length,
      bytes,
    );
  }
});

test("a dead letter keeps the record's key and headers and says who gave up and why", () => {
  const key = Buffer.from("pay_1");
  const { outgoing } = letterOf(Buffer.from("{"), key);
  assert.deepEqual(outgoing.key, key);
  const text = (name: string) => headerText(outgoing.headers, name);
  assert.equal(text("a"), "1");
  assert.equal(text("eventflow-failed-service"), "validator-service");
  assert.equal(text("eventflow-error-code"), "not_json");
});

/** The letter's text, unparsed: to parse it would lose digits. */
function letterOfText(value: string): string {
  const outgoing = deadLetterOf({
    topic: "t",
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value: Buffer.from(value),
    headers: [],
  }, {
    topic: "dlq",
    service: "s",
    rejection: { code: "contract_violation", message: "m", issues: [] },
    attempts: 1,
    at: new Date(0),
  });
  return `${outgoing.value}`;
}

test("a dead letter of a replay says which it was, and is for whoever reads dead letters", () => {
  const replay = [
    header("eventflow-replay-of", "dlq/0/3"),
    header("eventflow-replay-for", "persistence-writer"),
    header("eventflow-replay-nth", "1"),
  ];
  const outgoing = deadLetterOf({
    topic: "events.validated",
    partition: 0,
    offset: 1,
    timestampMs: 0,
    key: null,
    value: Buffer.from("{}"),
    headers: replay,
  }, {
    topic: "dlq",
    service: "persistence-writer",
    rejection: { code: "not_storable", message: "why", issues: [] },
    attempts: 1,
    at: new Date(0),
  });
  const text = (name: string) => headerText(outgoing.headers, name);
  assert.equal(text("eventflow-replay-of"), "dlq/0/3");
  assert.equal(text("eventflow-replay-nth"), "1");
  assert.equal(text("eventflow-replay-for"), undefined);
  const { original } = DeadLetter.parse(JSON.parse(`${outgoing.value}`));
  assert.deepEqual(
    original.headers?.map(({ name }) => name),
    replay.map(({ name }) => name),
    "the original is kept with all of them",
  );
});
