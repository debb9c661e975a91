import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { Broker } from "kafkajs/src/broker/index.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import { protocolType } from "../errors.ts";
import { lengthOf, NO_TAGS } from "../wire/flexible_request.ts";
import { produce } from "./produce.ts";
import { produceV12 } from "./produce_v12.ts";

type Said = { partition: number; code: number; logStart?: number };

const [NOT_LEADER, NOT_ENOUGH_REPLICAS] = [6, 19];

/** An answer as a broker of 4.3 writes it: with the leader that is, as a tagged field, where it is another one. */
function answerOf(
  said: readonly Said[],
  { nodes = false, tail = Buffer.alloc(0) } = {},
): Buffer {
  const encoder = new Encoder().writeUVarInt(NO_TAGS)
    .writeUVarInt(lengthOf(1)).writeUVarIntString("topic")
    .writeUVarInt(lengthOf(said.length));
  for (const { partition, code, logStart = 0 } of said) {
    encoder.writeInt32(partition).writeInt16(code)
      .writeInt64(-1).writeInt64(-1).writeInt64(logStart)
      .writeUVarInt(lengthOf(0)).writeUVarIntString(null);
    if (code === NOT_LEADER) {
      const [tag, bytes] = [0, 9];
      encoder.writeUVarInt(1).writeUVarInt(tag).writeUVarInt(bytes)
        .writeInt32(2).writeInt32(7).writeUVarInt(NO_TAGS);
    } else encoder.writeUVarInt(NO_TAGS);
  }
  encoder.writeUVarInt(NO_TAGS).writeInt32(0);
  if (nodes) {
    const node = new Encoder().writeUVarInt(lengthOf(1)).writeInt32(2)
      .writeUVarIntString("broker").writeInt32(9092).writeUVarIntString(null)
      .writeUVarInt(NO_TAGS);
    encoder.writeUVarInt(1).writeUVarInt(0).writeUVarInt(node.buffer.length);
    return Buffer.concat([encoder.buffer, node.buffer, tail]);
  }
  return Buffer.concat([encoder.writeUVarInt(NO_TAGS).buffer, tail]);
}

/** Writes a batch to each partition, to a broker that answers so. */
async function written(partitions: readonly number[], answer: Buffer) {
  const connectionPool: Broker["connectionPool"] = {
    host: "",
    port: 0,
    send: async ({ response }) =>
      await response.parse(await response.decode(answer)),
  };
  const errors = await produce(
    Object.assign(Object({}), { connectionPool }),
    {
      batches: partitions.map((partition) => ({
        topic: "topic",
        partition,
        bytes: Buffer.alloc(1),
      })),
      transactionalId: "id",
      timeoutMs: 1,
    },
    produceV12,
  );
  return errors.map(protocolType);
}

test("what a broker says of one partition is not taken for what it says of the next, whoever leads it", async () => {
  const said: Said[] = [
    { partition: 1, code: NOT_LEADER },
    { partition: 0, code: NOT_ENOUGH_REPLICAS },
    { partition: 2, code: 0, logStart: 2 ** 40 },
  ];
  const types = new Map([
    [0, "NOT_ENOUGH_REPLICAS"],
    [1, "NOT_LEADER_FOR_PARTITION"],
    [2, undefined],
  ]);
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [
    2,
    1,
    0,
  ]];
  for (const order of orders) {
    for (const nodes of [false, true]) {
      const answer = answerOf(
        order.flatMap((index) => said[index] ?? []),
        { nodes },
      );
      assert.deepEqual(
        await written([0, 1, 2], answer),
        [0, 1, 2].map((partition) => types.get(partition)),
      );
    }
  }
});

test("an answer that is not of what was asked is none", async () => {
  const answer = answerOf([{ partition: 0, code: 0 }]);
  assert.deepEqual(await written([0], answer), [undefined]);
  await assert.rejects(written([0, 1], answer), /not of what was asked/);
  const twice = answerOf([
    { partition: 0, code: 0 },
    { partition: 0, code: NOT_ENOUGH_REPLICAS },
  ]);
  await assert.rejects(written([0, 1], twice), /not of what was asked/);
  await assert.rejects(
    written(
      [0],
      answerOf([{ partition: 0, code: 0 }], { tail: Buffer.from("x") }),
    ),
    /ends 1 bytes from where/,
  );
});

test("an answer that says more follows than it has is refused, not read on into nothing", async () => {
  const whole = answerOf([{ partition: 0, code: 0 }]);
  const more = Buffer.from(whole);
  // How many partitions follow: behind the header's tags, the topics' number and the topic.
  more[1 + 1 + 1 + "topic".length] = 0x7f;
  await assert.rejects(written([0], more), /bytes for/);
});
