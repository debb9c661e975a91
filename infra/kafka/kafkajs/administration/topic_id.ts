/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
import { Buffer } from "node:buffer";
import type Decoder from "kafkajs/src/protocol/decoder.js";
import type { Broker } from "kafkajs/src/broker/index.js";
import { throwIfError } from "../wire/protocol_error.ts";
import {
  askFlexibly,
  lengthOf,
  NO_TAGS,
  readStructures,
} from "../wire/flexible_request.ts";

/** Metadata, version 12: it tells the ids of topics (KIP-516), and takes no more than it needs, in Kafka since 3.0. */
const API_KEY = 3;
const API_VERSION = 12;

/** UNKNOWN_TOPIC_OR_PARTITION. */
const UNKNOWN = 3;

/** Sixteen zeros: the broker gives topics no ids. */
const NO_ID = "AAAAAAAAAAAAAAAAAAAAAA";

/**
 * The id that Kafka has given a topic when it was made, as Kafka's own tools print it; undefined if there is no such topic. A topic
 * that was deleted and made anew has another one.
 */
export async function topicId(
  broker: Pick<Broker, "connectionPool">,
  topic: string,
): Promise<string | undefined> {
  // kafkajs takes no answer that is no object.
  const { id } = await askFlexibly(broker, {
    apiKey: API_KEY,
    apiVersion: API_VERSION,
    apiName: "Metadata",
    write(encoder) {
      encoder.writeUVarInt(lengthOf(1))
        .writeInt64(0).writeInt64(0) // no id: the name says which
        .writeUVarIntString(topic).writeUVarInt(NO_TAGS);
      const allowAutoTopicCreation = 0;
      const includeTopicAuthorizedOperations = 0;
      return encoder
        .writeInt8(allowAutoTopicCreation)
        .writeInt8(includeTopicAuthorizedOperations);
    },
    // The answer's fields in their order, as far as they are of interest: one topic was asked for.
    read(decoder) {
      decoder.readInt32(); // throttle time
      readStructures(decoder, passBroker);
      decoder.readUVarIntString(); // id of the cluster
      decoder.readInt32(); // id of the controller
      decoder.readUVarInt(); // number of topics
      const errorCode = decoder.readInt16();
      decoder.readUVarIntString(); // the name
      const id = readId(decoder);
      if (errorCode === UNKNOWN || id === NO_ID) return { id: undefined };
      throwIfError(errorCode);
      return { id };
    },
  });
  return id;
}

function passBroker(decoder: Decoder): void {
  decoder.readInt32(); // its id
  decoder.readUVarIntString(); // host
  decoder.readInt32(); // port
  decoder.readUVarIntString(); // rack
}

/** A UUID of 16 bytes, written as `org.apache.kafka.common.Uuid` writes it. */
function readId(decoder: Decoder): string {
  const bytes = Buffer.alloc(16);
  for (let at = 0; at < 16; at += 4) {
    bytes.writeInt32BE(decoder.readInt32(), at);
  }
  return bytes.toString("base64url");
}
