/// <reference path="./broker.d.ts" />
/// <reference path="./decoder.d.ts" />
/// <reference path="./protocol.d.ts" />
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import protocolErrors from "kafkajs/src/protocol/error.js";
import type { Broker } from "kafkajs/src/broker/index.js";

/** OffsetFetch, version 7: the first that can ask for what is final alone (KIP-447), in Kafka since 2.5. */
const API_KEY = 9;
const API_VERSION = 7;

const REQUIRE_STABLE = 1;
const NO_TAGS = 0;

/**
 * How far a group is in one partition, where no transaction is about to move it.
 *
 * kafkajs does not ask whether one is. A broker ends a transaction and moves the group's position in two
 * steps; until Kafka 4 the second could come after the id was opened anew. A position read in between is too
 * low, and what it says is still to be done is done again.
 *
 * @returns the next offset; negative where none was committed
 * @throws an error of kafkajs of the type UNSTABLE_OFFSET_COMMIT while a transaction is about to move it
 */
export async function stablePosition(
  { connectionPool }: Pick<Broker, "connectionPool">,
  { groupId, topic, partition }: {
    groupId: string;
    topic: string;
    partition: number;
  },
): Promise<number> {
  const { offset, errorCode } = await connectionPool.send({
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: "OffsetFetch",
      encode: () =>
        Promise.resolve(
          new Encoder()
            .writeUVarInt(NO_TAGS) // of the header
            .writeUVarIntString(groupId)
            .writeUVarInt(lengthOf(1))
            .writeUVarIntString(topic)
            .writeUVarInt(lengthOf(1))
            .writeInt32(partition)
            .writeUVarInt(NO_TAGS) // of the topic
            .writeInt8(REQUIRE_STABLE)
            .writeUVarInt(NO_TAGS),
        ),
    },
    response: { decode, parse: (answer) => Promise.resolve(answer) },
    logResponseError: false,
  });
  if (errorCode !== 0) throw protocolErrors.createErrorFromCode(errorCode);
  return offset;
}

/** A compact array's length is written one higher, so that 0 can stand for none (KIP-482). */
function lengthOf(elements: number): number {
  return elements + 1;
}

/** One partition was asked for; where the group itself is refused, there is none. */
function decode(
  answer: Uint8Array,
): Promise<{ offset: number; errorCode: number }> {
  const decoder = new Decoder(answer);
  decoder.readTaggedFields(); // of the header
  decoder.readInt32(); // throttle time
  let [offset, errorCode] = [-1, 0];
  for (let topics = decoder.readUVarInt(); topics > 1; topics--) {
    decoder.readUVarIntString(); // its name
    for (let left = decoder.readUVarInt(); left > 1; left--) {
      decoder.readInt32(); // the partition
      offset = Number(decoder.readInt64().toString());
      decoder.readInt32(); // leader epoch
      decoder.readUVarIntString(); // metadata
      errorCode = decoder.readInt16();
      decoder.readTaggedFields();
    }
    decoder.readTaggedFields();
  }
  const errorOfAll = decoder.readInt16();
  return Promise.resolve({ offset, errorCode: errorOfAll || errorCode });
}
