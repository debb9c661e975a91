/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import { Buffer } from "node:buffer";
import type {
  Broker,
  FetchedPartition,
  FetchRequest,
  FetchResponse,
} from "kafkajs/src/broker/index.js";
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import kafkajsFetch from "kafkajs/src/protocol/requests/fetch/v1/response.js";
import type { AbortedTransaction } from "../transactions/aborted_transactions.ts";
import { damaged } from "./compression/unreadable.ts";
import {
  type Decompressed,
  type FetchedRecords,
  nothingFetched,
  readRecords,
} from "./fetched_records.ts";
import { PartitionError } from "#runtime/errors.ts";
import type { RecordCoordinates } from "../../record_coordinates.ts";
import { unreadableFrom } from "./unreadable_from.ts";
import { withoutWaste } from "./without_waste.ts";

/** Fetch, version 11: the last before those that kafkajs cannot write (KIP-482), in Kafka since 2.3. */
const API_KEY = 1;
const API_VERSION = 11;

const READ_COMMITTED = 1;
/** What a client that keeps no fetch session sends (KIP-227). */
const [NO_SESSION, NO_SESSION_EPOCH] = [0, -1];
const [NO_REPLICA, NO_LEADER_EPOCH, NO_LOG_START] = [-1, -1, -1];

const [NO_ERROR, OUT_OF_RANGE, CORRUPT_MESSAGE] = [0, 1, 2];

const NOTHING = Buffer.alloc(0);

const recordsOfMessages = new WeakMap<object, FetchedRecords>();

/** The records behind what stands for them in an answer. */
export function recordsBehind(messages: object): FetchedRecords {
  return recordsOfMessages.get(messages) ?? nothingFetched;
}

/**
 * Asks a broker for records, as `Broker.fetch` of kafkajs does. In what kafkajs is told of the answer, one
 * message with the last offset stands for all records of a partition: that is all that its consumer goes
 * by, and so it also hears of a batch that has nothing but control records and aborted ones, which kafkajs
 * would pass over in silence. Of a batch that cannot be read it is told too, by a message at its place.
 */
export async function fetchFrom(
  { connectionPool }: Pick<Broker, "connectionPool">,
  request: FetchRequest,
): Promise<FetchResponse> {
  return await connectionPool.send({
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: "Fetch",
      encode: () => Promise.resolve(encode(request)),
    },
    response: {
      decode: (answer) => decode(answer, request),
      parse: kafkajsFetch.parse,
    },
  });
}

function encode(
  { maxWaitTime, minBytes = 1, maxBytes, topics, rackId = "" }: FetchRequest,
): Encoder {
  const encoder = new Encoder()
    .writeInt32(NO_REPLICA)
    .writeInt32(maxWaitTime)
    .writeInt32(minBytes)
    .writeInt32(maxBytes)
    .writeInt8(READ_COMMITTED)
    .writeInt32(NO_SESSION)
    .writeInt32(NO_SESSION_EPOCH)
    .writeInt32(topics.length);
  for (const { topic, partitions } of topics) {
    encoder.writeString(topic).writeInt32(partitions.length);
    for (const { partition, fetchOffset, maxBytes } of partitions) {
      encoder.writeInt32(partition)
        .writeInt32(NO_LEADER_EPOCH)
        .writeInt64(fetchOffset)
        .writeInt64(NO_LOG_START)
        .writeInt32(maxBytes);
    }
  }
  return encoder.writeInt32(0).writeString(rackId); // no forgotten topics
}

function decode(
  answer: Uint8Array,
  request: FetchRequest,
): Promise<FetchResponse> {
  const decoder = new Decoder(answer);
  const clientSideThrottleTime = decoder.readInt32();
  decoder.readInt16(); // error of the session, of which there is none
  decoder.readInt32(); // its id
  const decompressed = { bytes: 0 };
  const responses = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topicName = decoder.readString();
    const asked = request.topics.find(({ topic }) => topic === topicName);
    const partitions: FetchedPartition[] = [];
    for (let count = decoder.readInt32(); count > 0; count--) {
      partitions.push(
        decodePartition(decoder, { topic: topicName, asked, decompressed }),
      );
    }
    responses.push({ topicName, partitions });
  }
  return Promise.resolve({ clientSideThrottleTime, responses });
}

function decodePartition(
  decoder: InstanceType<typeof Decoder>,
  { topic, asked, decompressed }: {
    topic: string;
    asked: FetchRequest["topics"][number] | undefined;
    decompressed: Decompressed;
  },
): FetchedPartition {
  const partition = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const highWatermark = decoder.readInt64().toString();
  decoder.readInt64(); // last stable offset
  decoder.readInt64(); // log start offset
  const aborted: AbortedTransaction[] = [];
  for (let left = decoder.readInt32(); left > 0; left--) {
    const producerId = BigInt(decoder.readInt64().toString());
    const firstOffset = Number(decoder.readInt64().toString());
    aborted.push({ producerId, firstOffset });
  }
  const preferredReadReplica = decoder.readInt32();
  const bytes = withoutWaste(decoder.readBytes() ?? NOTHING);
  const from = Number(
    asked?.partitions.find((one) => one.partition === partition)?.fetchOffset ??
      0,
  );
  const asking = { topic, partition, offset: from };
  const refused = errorCode === CORRUPT_MESSAGE
    ? foundDamaged(asking)
    : errorCode === OUT_OF_RANGE
    ? foundNowhere(asking)
    : undefined;
  const fetched = refused ??
    readRecords(bytes, { topic, partition, from, aborted, decompressed });
  const messages = messagesFor(fetched, from);
  recordsOfMessages.set(messages, fetched);
  return {
    partition,
    // Of one partition alone, and told with it: as an error it would be that of all.
    errorCode: refused === undefined ? errorCode : NO_ERROR,
    highWatermark,
    preferredReadReplica,
    abortedTransactions: [],
    messages,
  };
}

function foundDamaged(coordinates: RecordCoordinates): FetchedRecords {
  const error = damaged("is damaged, as the broker that keeps it says");
  const unreadable = unreadableFrom(coordinates, error);
  return { ...nothingFetched, nextOffset: coordinates.offset, unreadable };
}

function foundNowhere(
  { topic, partition, offset }: RecordCoordinates,
): FetchedRecords {
  const unreadable = new PartitionError(
    `The log of partition ${partition} of ${topic} does not have offset ${offset}: "deno task positions" shows what it has, and sets where to go on`,
    { reason: "position_impossible" },
  );
  return { ...nothingFetched, nextOffset: offset, unreadable };
}

/** What stands for the records, not before the offset that was asked for: kafkajs would pass over it. */
function messagesFor(
  { nextOffset, unreadable }: FetchedRecords,
  from: number,
): FetchedPartition["messages"] {
  if (nextOffset === undefined) return [];
  const last = unreadable === undefined
    ? nextOffset - 1
    : Math.max(nextOffset - 1, from);
  return [{ offset: String(last), isControlRecord: false }];
}
