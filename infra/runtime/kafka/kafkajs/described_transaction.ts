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

/** As Kafka's `TransactionState` names them. */
export type TransactionState = string;

/**
 * What the coordinator of a transactional id says of its last transaction; undefined where there was
 * none, or where the coordinator cannot say.
 */
export async function describeTransaction(
  coordinator: TransactionCoordinator,
  transactionalId: string,
): Promise<TransactionState | undefined> {
  if (coordinator.versions?.[API_KEY] === undefined) return undefined;
  const { errorCode, state } = await coordinator.connectionPool.send({
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
  return state;
}

const NO_TAGS = 0;

/** A compact array's length is written one higher, so that 0 can stand for none (KIP-482). */
function lengthOf(elements: number): number {
  return elements + 1;
}

function decode(
  answer: Uint8Array,
): Promise<{ errorCode: number; state: TransactionState | undefined }> {
  const decoder = new Decoder(answer);
  decoder.readTaggedFields(); // of the header
  decoder.readInt32(); // throttle time
  decoder.readUVarInt(); // one transaction, as one was asked for
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString(); // its id
  const state = decoder.readUVarIntString() ?? undefined;
  return Promise.resolve({ errorCode, state });
}
