import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import type { FetchRequest } from "kafkajs/src/broker/index.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import { fetchFrom, recordsBehind } from "./fetch.ts";
import { batch, offsetsOf, record } from "#kit/kafka/kafkajs/test_batches.ts";

const good = (offset: number) => batch(offset, [record(`${offset}`)]);

function damaged(offset: number): Buffer {
  const bytes = good(offset);
  bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1;
  return bytes;
}

type Answered = { partition: number; errorCode?: number; bytes?: Buffer };

/** What an answer of version 11 comes to, where each partition was asked for from offset 7 on. */
async function fetched(partitions: readonly Answered[]) {
  const answer = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0)
    .writeInt32(1).writeString("t").writeInt32(partitions.length);
  for (const { partition, errorCode = 0, bytes } of partitions) {
    answer.writeInt32(partition).writeInt16(errorCode)
      .writeInt64(100).writeInt64(100).writeInt64(0)
      .writeInt32(0).writeInt32(-1)
      .writeBytes(bytes ?? Buffer.alloc(0));
  }
  const request: FetchRequest = {
    maxWaitTime: 0,
    maxBytes: 0,
    topics: [{
      topic: "t",
      partitions: partitions.map(({ partition }) => ({
        partition,
        fetchOffset: "7",
        maxBytes: 0,
      })),
    }],
  };
  const { responses } = await fetchFrom({
    connectionPool: {
      host: "broker",
      port: 9092,
      send: async ({ response }) =>
        await response.parse(await response.decode(answer.buf)),
    },
  }, request);
  return (responses[0]?.partitions ?? []).map(({ messages, errorCode }) => ({
    errorCode,
    messages: messages.map(({ offset }) => offset),
    ...recordsBehind(messages),
  }));
}

test("what cannot be read of one partition leaves the others of the same answer as they are", async () => {
  const [before, spoilt, behind] = await fetched([
    { partition: 0, bytes: good(7) },
    { partition: 1, bytes: Buffer.concat([good(7), damaged(8), good(9)]) },
    { partition: 2, bytes: good(7) },
  ]);
  for (const one of [before, behind]) {
    assert.deepEqual(one && offsetsOf(one), [7]);
    assert.equal(one?.unreadable, undefined);
  }
  assert.deepEqual(spoilt && offsetsOf(spoilt), [7]);
  assert.deepEqual([spoilt?.nextOffset, spoilt?.messages], [8, ["7"]]);
  assert.match(
    spoilt?.unreadable?.message ?? "",
    /Cannot read from t\/1\/8 on/,
  );
});

test("the consumer is told of a batch that cannot be read, though nothing lies before it", async () => {
  const [spoilt] = await fetched([{ partition: 0, bytes: damaged(7) }]);
  // Not one before what was asked for: kafkajs would take it for passed over.
  assert.deepEqual([spoilt?.nextOffset, spoilt?.messages], [7, ["7"]]);
  assert.ok(spoilt?.unreadable);
});

test("what the broker itself finds damaged is of its partition alone", async () => {
  const [found, other] = await fetched([
    { partition: 0, errorCode: 2 },
    { partition: 1, bytes: good(7) },
  ]);
  assert.deepEqual([found?.errorCode, found?.nextOffset], [0, 7]);
  assert.match(
    found?.unreadable?.message ?? "",
    /t\/0\/7 on: .* is damaged, as the broker that keeps it says/,
  );
  assert.deepEqual(other && offsetsOf(other), [7]);
});

test("an offset that the log does not have is its partition's alone, and is told", async () => {
  const [found, other] = await fetched([
    { partition: 0, errorCode: 1 },
    { partition: 1, bytes: good(7) },
  ]);
  assert.deepEqual([found?.errorCode, found?.nextOffset], [0, 7]);
  assert.deepEqual(found?.messages, ["7"]);
  assert.equal(found?.unreadable?.reason, "position_impossible");
  assert.deepEqual(other && offsetsOf(other), [7]);
});

test("other errors of a broker are errors of the fetch, as they were", async () => {
  await assert.rejects(fetched([{ partition: 0, errorCode: 6 }]), {
    type: "NOT_LEADER_FOR_PARTITION",
  });
});

test("a small record that waits keeps no more of its answer than its own partition's part", async () => {
  const large = batch(7, [record("x".repeat(100_000))]);
  const [small] = await fetched([
    { partition: 0, bytes: good(7) },
    { partition: 1, bytes: large },
  ]);
  const kept = small?.records[0]?.value?.buffer.byteLength ?? Infinity;
  assert.ok(kept <= 2 * good(7).length, `${kept} bytes are kept`);
});
