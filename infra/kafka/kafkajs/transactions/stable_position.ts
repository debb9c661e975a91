import type { Broker } from "kafkajs/src/broker/index.js";
import type { Committed } from "../../port.ts";
import { throwIfError } from "../wire/protocol_error.ts";
import {
  askFlexibly,
  lengthOf,
  NO_TAGS,
  readStructures,
} from "../wire/flexible_request.ts";

/** OffsetFetch, version 7: the first that can ask for what is final alone (KIP-447), in Kafka since 2.5. */
const API_KEY = 9;
const API_VERSION = 7;

const REQUIRE_STABLE = 1;

/**
 * How far a group is in one partition, once no transaction is about to move it.
 *
 * kafkajs does not ask whether one is. A broker ends a transaction and moves the group's position in two
 * steps; until Kafka 4 the second could come after the id was opened anew. A position read in between is too
 * low, and what it says is still to be done is done again.
 *
 * @returns undefined if none was committed
 * @throws an error of kafkajs of the type UNSTABLE_OFFSET_COMMIT while a transaction is about to move it
 */
export async function stablePosition(
  coordinator: Pick<Broker, "connectionPool">,
  { groupId, topic, partition }: {
    groupId: string;
    topic: string;
    partition: number;
  },
): Promise<Committed | undefined> {
  const { topics, errorCode } = await askFlexibly(coordinator, {
    apiKey: API_KEY,
    apiVersion: API_VERSION,
    apiName: "OffsetFetch",
    write: (encoder) =>
      encoder
        .writeUVarIntString(groupId)
        .writeUVarInt(lengthOf(1))
        .writeUVarIntString(topic)
        .writeUVarInt(lengthOf(1))
        .writeInt32(partition)
        .writeUVarInt(NO_TAGS)
        .writeInt8(REQUIRE_STABLE),
    read(decoder) {
      decoder.readInt32(); // throttle time
      const topics = readStructures(decoder, () => {
        decoder.readUVarIntString(); // its name
        return readStructures(decoder, () => {
          decoder.readInt32(); // the partition
          const offset = Number(decoder.readInt64().toString());
          decoder.readInt32(); // leader epoch
          const note = decoder.readUVarIntString() ?? "";
          return { offset, note, errorCode: decoder.readInt16() };
        });
      });
      return { topics, errorCode: decoder.readInt16() };
    },
  });
  throwIfError(errorCode);
  const [found] = topics.flat();
  throwIfError(found?.errorCode ?? 0);
  if (found === undefined || found.offset < 0) return undefined;
  return { nextOffset: found.offset, note: found.note };
}
