import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { throwIfError } from "../wire/protocol_error.ts";
import { askFlexibly, lengthOf } from "../wire/flexible_request.ts";

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
  /** Milliseconds since the epoch; negative if it is not under way. */
  readonly begunMs: number;
  readonly producerId: string;
  readonly producerEpoch: number;
};

/**
 * What the coordinator of a transactional id says of it; undefined if the id is new, or if the
 * coordinator cannot say.
 */
export async function describeTransaction(
  coordinator: TransactionCoordinator,
  transactionalId: string,
): Promise<DescribedTransaction | undefined> {
  if (coordinator.versions?.[API_KEY] === undefined) return undefined;
  const { errorCode, ...transaction } = await askFlexibly(coordinator, {
    apiKey: API_KEY,
    apiVersion: 0,
    apiName: "DescribeTransactions",
    write: (encoder) =>
      encoder.writeUVarInt(lengthOf(1)).writeUVarIntString(transactionalId),
    // The answer's fields in their order, as far as they are of interest: one transaction was asked for.
    read(decoder) {
      decoder.readInt32(); // throttle time
      decoder.readUVarInt(); // number of transactions
      const errorCode = decoder.readInt16();
      decoder.readUVarIntString(); // the id
      return {
        errorCode,
        state: decoder.readUVarIntString() ?? "",
        timeoutMs: decoder.readInt32(),
        begunMs: Number(decoder.readInt64().toString()),
        producerId: decoder.readInt64().toString(),
        producerEpoch: decoder.readInt16(),
      };
    },
  });
  if (errorCode === NOT_FOUND) return undefined;
  throwIfError(errorCode);
  return transaction;
}
