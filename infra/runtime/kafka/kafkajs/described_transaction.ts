/// <reference path="./broker.d.ts" />
/// <reference path="./decoder.d.ts" />
/// <reference path="./protocol.d.ts" />
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import protocolErrors from "kafkajs/src/protocol/error.js";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";

/** DescribeTransactions, version 0, in Kafka since 3.0 (KIP-664); kafkajs does not know it. */
const API_KEY = 65;

/** TRANSACTIONAL_ID_NOT_FOUND, which kafkajs does not know either. */
const NOT_FOUND = 105;

/** An id's last transaction, and the producer that has the id. */
export type DescribedTransaction = {
  /** As Kafka's `TransactionState` names it. */
  readonly state: string;
  /** What the producer asked for when it opened the id. */
  readonly timeoutMs: number;
  readonly producerId: string;
  readonly producerEpoch: number;
};

/**
 * What the coordinator of a transactional id says of it; undefined where the id is new, or where the
 * coordinator cannot say.
 */
export async function describeTransaction(
  coordinator: TransactionCoordinator,
  transactionalId: string,
): Promise<DescribedTransaction | undefined> {
  if (coordinator.versions?.[API_KEY] === undefined) return undefined;
  const { errorCode, ...transaction } = await coordinator.connectionPool.send({
    request: {
      apiKey: API_KEY,
      apiVersion: 0,
      apiName: "DescribeTransactions",
      encode: () =>
        Promise.resolve(
          new Encoder()
            .writeUVarInt(NO_TAGS) // of the header
            .writeUVarInt(lengthOf(1))
            .writeUVarIntString(transactionalId)
            .writeUVarInt(NO_TAGS),
        ),
    },
    response: { decode, parse: (answer) => Promise.resolve(answer) },
    logResponseError: false,
  });
  if (errorCode === NOT_FOUND) return undefined;
  if (errorCode !== 0) throw protocolErrors.createErrorFromCode(errorCode);
  return transaction;
}

const NO_TAGS = 0;

/** A compact array's length is written one higher, so that 0 can stand for none (KIP-482). */
function lengthOf(elements: number): number {
  return elements + 1;
}

/** The answer's fields in their order, as far as they are of interest: one transaction, as one was asked for. */
function decode(
  answer: Uint8Array,
): Promise<DescribedTransaction & { errorCode: number }> {
  const decoder = new Decoder(answer);
  decoder.readTaggedFields(); // of the header
  decoder.readInt32(); // throttle time
  decoder.readUVarInt(); // number of transactions
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString(); // the id
  const state = decoder.readUVarIntString() ?? "";
  const timeoutMs = decoder.readInt32();
  decoder.readInt64(); // when it began
  const producerId = decoder.readInt64().toString();
  const producerEpoch = decoder.readInt16();
  return Promise.resolve({
    errorCode,
    state,
    timeoutMs,
    producerId,
    producerEpoch,
  });
}
