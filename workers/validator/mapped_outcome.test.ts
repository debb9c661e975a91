import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { UnmappedWebhook } from "#contracts/unmapped_webhook.ts";
import { partsOf, rejectionsOf } from "#consumer/handler.ts";
import { outputOf } from "#consumer/output.ts";
import { header, headerText } from "#kafka/headers.ts";
import type {
  OutgoingRecord,
  ReceivedRecord,
  RecordHeader,
} from "#kafka/port.ts";
import { validate } from "./handle.ts";

const topics = { validatedTopic: "validated", unmappedTopic: "unmapped" };

/** A raw record as the intake keeps a webhook of Adyen's, with several items in it. */
function webhook(
  items: readonly object[],
  further: readonly RecordHeader[] = [],
): ReceivedRecord {
  const notificationItems = items.map((item) => ({
    NotificationRequestItem: item,
  }));
  return {
    topic: "raw",
    partition: 1,
    offset: 7,
    timestampMs: 0,
    key: Buffer.from("psp_1"),
    value: Buffer.from(JSON.stringify({ live: "false", notificationItems })),
    headers: [
      header("eventflow-received-at", "1767323045000"),
      header("eventflow-provider", "adyen"),
      header("eventflow-account", "shop"),
      header("eventflow-signing-key", "1"),
      header("eventflow-http-hmacsignature", "abc="),
      ...further,
    ],
  };
}

const captured = (psp: string, value = 1050) => ({
  pspReference: psp,
  originalReference: "psp_1",
  merchantAccountCode: "Shop",
  merchantReference: "order 1",
  eventCode: "CAPTURE",
  eventDate: "2026-01-02T03:04:05+01:00",
  success: "true",
  amount: { value, currency: "EUR" },
});
const unknown = { ...captured("psp_9"), eventCode: "SOMETHING_NEW" };
const ofNoKnownCurrency = {
  ...captured("psp_3"),
  amount: { value: 1, currency: "XXX" },
};

const written = outputOf({
  service: "validator-service",
  deadLetterTopic: "dlq",
  clock: () => new Date(0),
});

const outputs = (record: ReceivedRecord): readonly OutgoingRecord[] =>
  written(record, validate(record, topics), 1);

const sources = (record: ReceivedRecord) =>
  outputs(record).map(({ topic, value, headers }) =>
    topic === "dlq"
      ? `dlq ${JSON.parse(String(value)).source_item}`
      : `${topic} ${headerText(headers, "eventflow-source")}`
  );

test("of several things in a webhook each goes its own way, and says which of how many it is", () => {
  const record = webhook([captured("psp_2"), unknown, ofNoKnownCurrency]);
  assert.deepEqual(sources(record), [
    "validated raw/1/7#1/3",
    "unmapped raw/1/7#2/3",
    "dlq 3",
  ]);
  const codes = rejectionsOf(validate(record, topics)).map(({ code }) => code);
  assert.deepEqual(codes, ["unknown_exponent"]);
});

test("the only thing in a webhook is not numbered", () => {
  assert.deepEqual(sources(webhook([captured("psp_2")])), [
    "validated raw/1/7",
  ]);
});

test("a replay for one of several things makes that one alone, as long as there are as many", () => {
  const asking = (which: string) =>
    webhook([captured("psp_2"), unknown, captured("psp_4")], [
      header("eventflow-replay-item", which),
    ]);
  assert.deepEqual(sources(asking("3/3")), ["validated raw/1/7#3/3"]);
  assert.equal(sources(asking("2/2")).length, 3);
  assert.equal(sources(asking("nonsense")).length, 3);
  assert.ok(
    outputs(asking("3/3")).every(({ headers }) =>
      headerText(headers, "eventflow-replay-item") === undefined
    ),
  );
});

test("a fact says the version of its mapping, in place of any that came in, and leaves the signature behind", () => {
  const record = webhook([captured("psp_2")], [
    header("eventflow-mapping-version", "99"),
    header("eventflow-transmission", "forged"),
  ]);
  const [fact] = outputs(record);
  assert.deepEqual(
    fact?.headers.map(({ name, value }) => `${name}: ${value}`),
    [
      "eventflow-received-at: 1767323045000",
      "eventflow-provider: adyen",
      "eventflow-account: shop",
      "eventflow-signing-key: 1",
      "eventflow-mapping-version: 1",
      "eventflow-source: raw/1/7",
    ],
  );
  const own = { ...record, headers: record.headers.slice(0, 1) };
  assert.ok(
    partsOf(validate(own, topics)).every(({ kind }) => kind !== "forward"),
  );
});

test("an event in our own form cannot say of itself that it supersedes another", () => {
  const event = {
    event_id: "e",
    event_type: "payment.authorized.v1",
    source: "s",
    timestamp: "2026-01-02T03:04:05Z",
    payload: {
      payment_id: "p",
      order_id: "o",
      provider_auth_id: "a",
      amount: 1,
      currency: "EUR",
    },
  };
  const record: ReceivedRecord = {
    ...webhook([]),
    value: Buffer.from(JSON.stringify(event)),
    headers: [header("eventflow-mapping-version", "2")],
  };
  const [sent] = outputs(record);
  assert.equal(sent?.topic, "validated");
  assert.equal(
    headerText(sent?.headers ?? [], "eventflow-mapping-version"),
    undefined,
  );
});

test("what no mapping knows is pointed at, with its type in the provider's words", () => {
  const [pointer] = outputs(webhook([unknown, captured("psp_2")]));
  assert.equal(pointer?.topic, "unmapped");
  assert.equal(String(pointer?.key), "psp_1");
  const said = UnmappedWebhook.parse(JSON.parse(String(pointer?.value)));
  assert.deepEqual(said, {
    provider: "adyen",
    account: "shop",
    type: "SOMETHING_NEW",
    family: "other",
    source_topic: "raw",
    source_partition: 1,
    source_offset: 7,
    source_item: 1,
    source_items: 2,
    received_at: "2026-01-02T03:04:05.000Z",
    mapping_version: 1,
  });
});

test("a webhook of which it is known that it says nothing of a payment is done with", () => {
  const report = { ...captured("psp_2"), eventCode: "REPORT_AVAILABLE" };
  const record = webhook([report]);
  assert.deepEqual(validate(record, topics), {
    kind: "done",
    as: "no_payment",
  });
  assert.deepEqual(sources(webhook([report, captured("psp_2")])), [
    "validated raw/1/7",
  ]);
});

test("a provider that no mapping is for is kept whole, as unmapped", () => {
  const record = webhook([]);
  const headers = record.headers.map((one) =>
    one.name === "eventflow-provider" ? header(one.name, "newpay") : one
  );
  assert.deepEqual(sources({ ...record, headers }), ["unmapped raw/1/7"]);
});

test("the amount of a fact is in its JSON digit for digit", () => {
  const [fact] = outputs(webhook([captured("psp_2", 9007199254740991)]));
  assert.match(
    String(fact?.value),
    /"payload":\{"amount":90071992547409\.91,/,
  );
});
