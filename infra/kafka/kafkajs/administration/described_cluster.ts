/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
import type Decoder from "kafkajs/src/protocol/decoder.js";
import type { Broker } from "kafkajs/src/broker/index.js";
import type { ClusterDescription, PartitionState } from "../../port.ts";
import { askBroker } from "../wire/broker_request.ts";

/** Metadata, version 5: the first that names the replicas that are offline, in Kafka since 1.0. */
const API_KEY = 3;
const API_VERSION = 5;

/**
 * Asks a broker what it knows of the cluster. kafkajs asks the same, but takes one partition without a
 * leader for a failure of the whole question.
 */
export async function describeCluster(
  broker: Pick<Broker, "connectionPool">,
  topics: readonly string[],
): Promise<ClusterDescription> {
  return await askBroker(broker, {
    apiKey: API_KEY,
    apiVersion: API_VERSION,
    apiName: "Metadata",
    write(encoder) {
      encoder.writeInt32(topics.length);
      for (const topic of topics) encoder.writeString(topic);
      const allowAutoTopicCreation = 0;
      return encoder.writeInt8(allowAutoTopicCreation);
    },
    read,
  });
}

function read(decoder: Decoder): ClusterDescription {
  decoder.readInt32(); // throttle time
  const brokers = decoder.readArray(readBroker);
  decoder.readString(); // id of the cluster
  decoder.readInt32(); // id of the controller
  const partitions = decoder.readArray(readTopic).flat();
  return { brokers: brokers.length, partitions };
}

/** Passes over a broker of an answer to Metadata. */
export function readBroker(decoder: Decoder): void {
  decoder.readInt32(); // its id
  decoder.readString(); // host
  decoder.readInt32(); // port
  decoder.readString(); // rack
}

function readTopic(decoder: Decoder): PartitionState[] {
  decoder.readInt16(); // error code: a topic that is not there has no partitions
  const topic = decoder.readString() ?? "";
  decoder.readInt8(); // whether it is Kafka's own
  return decoder.readArray((partition) => readPartition(partition, topic));
}

function readPartition(decoder: Decoder, topic: string): PartitionState {
  decoder.readInt16(); // error code: no leader
  const partition = decoder.readInt32();
  const leader = decoder.readInt32();
  const replicas = decoder.readArray((one) => one.readInt32());
  const inSync = decoder.readArray((one) => one.readInt32());
  decoder.readArray((one) => one.readInt32()); // replicas that are offline
  return {
    topic,
    partition,
    hasLeader: leader >= 0,
    replicas: replicas.length,
    inSync: inSync.length,
  };
}
