import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { header } from "#kafka/headers.ts";
import { addresseeOf, replayRecord } from "./replay_record.ts";

const at = (topic: string, offset: number) => ({ topic, partition: 0, offset });

test("a replay is the record as it was, but for what says that it is a replay", () => {
  const original = {
    topic: "raw",
    key: Buffer.from("k"),
    value: Buffer.of(0, 255),
    headers: [
      header("eventflow-received-at", "1"),
      header("eventflow-replay-of", "dlq/0/1"),
      header("eventflow-replay-for", "analytics-service"),
      header("eventflow-replay-job", "old"),
      header("eventflow-replay-nth", "1"),
      header("eventflow-replay-item", "1/2"),
      header("eventflow-origin", "raw/0/1"),
      header("eventflow-edited", "old"),
      header("ce_id", "of the body"),
      header("x", "y"),
    ],
  };
  const headersOf = (isEdited: boolean, addressee?: string) => {
    const { topic, key, value, headers } = replayRecord(original, {
      of: at("dlq", 9),
      for: addressee,
      job: "new",
      nth: 2,
      origin: at("raw", 1),
      isEdited,
    });
    assert.deepEqual([topic, key, value], [
      "raw",
      original.key,
      original.value,
    ]);
    return headers.map(({ name, value }) => `${name}=${value}`);
  };
  const its = [
    "eventflow-replay-of=dlq/0/9",
    "eventflow-replay-job=new",
    "eventflow-replay-nth=2",
    "eventflow-origin=raw/0/1",
  ];
  assert.deepEqual(headersOf(false), [
    "eventflow-received-at=1",
    "eventflow-edited=old",
    "ce_id=of the body",
    "x=y",
    ...its,
  ]);
  assert.deepEqual(headersOf(true, "persistence-writer"), [
    "eventflow-received-at=1",
    "x=y",
    its[0],
    "eventflow-replay-for=persistence-writer",
    ...its.slice(1),
    "eventflow-edited=new",
  ]);
});

test("a replay of one of several things asks for that one, and for no other that an earlier one has asked for", () => {
  const { headers } = replayRecord({
    topic: "raw",
    key: null,
    value: null,
    headers: [header("eventflow-replay-item", "1/3")],
    part: { item: 2, items: 3 },
  }, {
    of: at("dlq", 9),
    for: undefined,
    job: "new",
    nth: 1,
    origin: at("raw", 1),
    isEdited: false,
  });
  assert.deepEqual(
    headers.flatMap(({ name, value }) =>
      name === "eventflow-replay-item" ? [`${value}`] : []
    ),
    ["2/3"],
  );
});

test("what never got past the validator is for all, and all else for the service that failed", () => {
  assert.equal(addresseeOf(services.validator), undefined);
  assert.equal(addresseeOf(services.persistence), services.persistence);
});
