import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { deadLetterOf } from "#consumer/dead_letter.ts";
import { header } from "#kafka/headers.ts";
import type { KafkaClient, ReadOptions, ReceivedRecord } from "#kafka/port.ts";
import type { Part } from "#kafka/record_coordinates.ts";
import { asReplayed, encoded, originalOf, recordsAt } from "./originals.ts";

function record(
  topic: string,
  offset: number,
  more: Partial<ReceivedRecord> = {},
): ReceivedRecord {
  return {
    topic,
    partition: 0,
    offset,
    timestampMs: 0,
    key: Buffer.from(`key-${offset}`),
    value: Buffer.from(`value-${offset}`),
    headers: [header("a", "1")],
    ...more,
  };
}

/** A cluster that has these records and no others, and tells what it was asked. */
function holding(records: readonly ReceivedRecord[]) {
  const asked: ReadOptions["ranges"][number][] = [];
  const kafka: Pick<KafkaClient, "read"> = {
    async *read({ topic, ranges }) {
      for (const range of ranges) {
        asked.push(range);
        const { partition, from, to } = range;
        yield await Promise.resolve({
          partition,
          records: records.filter((one) =>
            one.topic === topic && one.partition === partition &&
            one.offset >= from && one.offset < to
          ),
          gaps: [],
          nextOffset: to,
        });
      }
    },
  };
  return { kafka, asked };
}

/** A dead letter, with no more than so many bytes. */
function letterOf(
  original: ReceivedRecord,
  maxBytes?: number,
  part?: Part,
): ReceivedRecord {
  return {
    ...deadLetterOf(original, {
      topic: "dlq",
      service: "validator-service",
      rejection: { code: "not_json", message: "why", issues: [] },
      attempts: 1,
      at: new Date(0),
      maxBytes,
      part,
    }),
    partition: 0,
    offset: 7,
    timestampMs: 0,
  };
}

test("a letter about one of several things says so of its original, and whoever judges it is asked for that one alone", async () => {
  const { kafka } = holding([]);
  const given = record("raw", 1, {
    headers: [header("a", "1"), header("eventflow-replay-item", "1/3")],
  });
  const part = { item: 2, items: 3 };
  const original = await originalOf(kafka, letterOf(given, undefined, part));
  assert.deepEqual(original?.part, part);
  const asked = original && asReplayed(encoded(original)).headers;
  assert.deepEqual(
    asked?.map(({ name, value_base64 }) => [
      name,
      Buffer.from(value_base64, "base64").toString(),
    ]),
    [["a", "1"], ["eventflow-replay-item", "2/3"]],
  );
});

test("the original is in its letter, to the byte, and nothing is asked for", async () => {
  const { kafka, asked } = holding([]);
  for (
    const original of [
      record("raw", 1),
      record("raw", 2, { key: null, value: null, headers: [] }),
      record("raw", 3, { value: Buffer.of(0, 255), key: Buffer.of() }),
    ]
  ) {
    const { topic, key, value, headers } = original;
    assert.deepEqual(await originalOf(kafka, letterOf(original)), {
      topic,
      key,
      value,
      headers,
    });
  }
  assert.deepEqual(asked, []);
});

test("what a letter had no room for is read from where it was, if that is still there and the same", async () => {
  const large = record("raw", 5, {
    value: Buffer.alloc(50_000, "x"),
    headers: [header("large", "y".repeat(20_000))],
  });
  for (const maxBytes of [30_000, 900]) {
    const letter = letterOf(large, maxBytes);
    assert.match(`${letter.value}`, /"left_out":/);
    const found = await originalOf(holding([large]).kafka, letter);
    assert.deepEqual(found?.value, large.value);
    assert.deepEqual(found?.headers, large.headers);
    assert.deepEqual(found?.key, large.key);
    assert.equal(await originalOf(holding([]).kafka, letter), undefined);
    const others = [
      { ...large, value: Buffer.alloc(50_000, "z") },
      ...maxBytes < 20_000 ? [{ ...large, headers: [header("b", "2")] }] : [],
    ];
    for (const another of others) {
      const { kafka } = holding([another]);
      assert.equal(await originalOf(kafka, letter), undefined);
    }
  }
});

test("what is no dead letter has no original", async () => {
  const { kafka } = holding([]);
  for (const value of [null, Buffer.from("{}"), Buffer.from("x")]) {
    assert.equal(
      await originalOf(kafka, record("dlq", 1, { value })),
      undefined,
    );
  }
});

test("records are read with as few questions as their gaps allow, and those that nobody asked for are left out", async () => {
  const all = Array.from({ length: 3_000 }, (_, n) => record("dlq", n));
  const { kafka, asked } = holding(all);
  const wanted = [5, 7, 300, 2_500, 9_999].map((offset) => ({
    partition: 0,
    offset,
  }));
  const found = await recordsAt(kafka, "dlq", wanted);
  assert.deepEqual([...found.keys()], ["0/5", "0/7", "0/300", "0/2500"]);
  assert.deepEqual(
    asked.map(({ from, to }) => [from, to]),
    [[5, 301], [2_500, 2_501], [9_999, 10_000]],
  );
});
