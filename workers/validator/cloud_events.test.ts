import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { cloudEventHeaders as names } from "#contracts/headers.ts";
import type { Outcome } from "#consumer/handler.ts";
import { header, headerText } from "#kafka/headers.ts";
import { PassedOnRecord } from "#kafka/passed_on_record.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { withCloudEvents } from "./cloud_events.ts";
import { validate } from "./handle.ts";
import { payment } from "./payment_fixture.ts";

const topics = { validatedTopic: "validated", unmappedTopic: "unmapped" };

function raw(value: string): ReceivedRecord {
  return {
    topic: "raw",
    partition: 1,
    offset: 7,
    timestampMs: 0,
    key: Buffer.from("pay_1"),
    value: Buffer.from(value),
    headers: [header("eventflow-received-at", "1")],
  };
}

const judge = withCloudEvents(
  (record) => validate(record, topics),
  topics.validatedTopic,
);

function only(outcome: Outcome) {
  assert.ok(outcome.kind === "forward");
  const [record, ...others] = outcome.records;
  assert.deepEqual(others, []);
  assert.ok(record);
  return record;
}

function attributes(event: object): Record<string, string | undefined> {
  const { headers } = only(judge(raw(JSON.stringify(event))));
  return Object.fromEntries(
    Object.entries(names).map((
      [key, name],
    ) => [key, headerText(headers, name)]),
  );
}

test("a fact says the attributes of CloudEvents beside its value, which stays as it was", () => {
  const event = payment();
  const text = ` ${JSON.stringify(event)}\n`;
  const record = only(judge(raw(text)));
  assert.ok(record instanceof PassedOnRecord, "it can be copied as a slice");
  assert.equal(String(record.value), text);
  assert.deepEqual(attributes(event), {
    specversion: "1.0",
    id: event.event_id,
    source: `urn:eventflow:${event.source}`,
    type: event.event_type,
    time: event.timestamp,
    dataschema: `urn:eventflow:contracts:${event.event_type}`,
    contentType: "application/json",
  });
});

test("ids and sources that CloudEvents does not take are written with percent signs", () => {
  const odd = { ...payment(), event_id: "a\nb %", source: "stripe:eu west/é" };
  const { id, source } = attributes(odd);
  assert.equal(id, "a%0Ab%20%25");
  assert.equal(source, "urn:eventflow:stripe:eu%20west%2F%C3%A9");
  assert.equal(attributes({ ...payment(), event_id: "é 😀" }).id, "é 😀");
});

test("attributes that came with a record do not stay beside its own", () => {
  const record = raw(JSON.stringify(payment()));
  const { headers } = only(judge({
    ...record,
    headers: [...record.headers, header(names.id, "another")],
  }));
  const ids = headers.filter(({ name }) => name === names.id);
  assert.deepEqual(ids.map(({ value }) => String(value)), [payment().event_id]);
});

test("of several facts each says its own, and what is no fact says none", () => {
  const facts = ["evt_1", "evt_2"].map((event_id, n) => ({
    item: n + 1,
    outcome: {
      kind: "forward" as const,
      records: [{
        ...raw(JSON.stringify({ ...payment(), event_id })),
        topic: n === 0 ? topics.validatedTopic : topics.unmappedTopic,
      }],
    },
  }));
  const several = withCloudEvents(
    () => ({ kind: "several", items: 2, made: facts }),
    topics.validatedTopic,
  )(raw("{}"));
  assert.ok(several.kind === "several");
  const ids = several.made.map(({ outcome }) =>
    headerText(only(outcome).headers, names.id)
  );
  assert.deepEqual(ids, ["evt_1", undefined]);
  assert.equal(judge(raw("no JSON")).kind, "dead-letter");
});
