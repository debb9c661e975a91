/** The part of kafkajs 2.2's connection to a broker into which `broker_*.ts`, `reader.ts` and
`*_transaction.ts` reach. */
declare module "kafkajs/src/broker/index.js" {
  import type { KafkaMessage } from "kafkajs";

  /** What tells whether a message is one for readers. */
  export type MessageContext = {
    readonly offset: string;
    readonly key: Uint8Array | null;
    isControlRecord: boolean;
    readonly batchContext?: {
      readonly producerId: string;
      readonly inTransaction: boolean;
    };
  };
  export type FetchedMessage = KafkaMessage & MessageContext;
  export type FetchedPartition<M extends MessageContext = FetchedMessage> = {
    readonly abortedTransactions?:
      | readonly { readonly producerId: string; readonly firstOffset: string }[]
      | null;
    readonly messages: readonly M[];
  };
  export type FetchResponse = {
    readonly responses: readonly {
      readonly partitions: readonly FetchedPartition[];
    }[];
  };
  export type Broker = {
    readonly connectionPool: { readonly host: string; readonly port: number };
    fetch(request: unknown): Promise<FetchResponse>;
    joinGroup(request: {
      readonly groupId: string;
      /** Empty for whoever is not a member yet. */
      readonly memberId: string;
      readonly groupProtocols: readonly object[];
    }): Promise<{ readonly memberId: string }>;
    leaveGroup(
      request: { groupId: string; memberId: string },
    ): Promise<unknown>;
  };
  export type TransactionRequest = {
    readonly transactionalId: string;
    readonly producerId: string;
    readonly producerEpoch: number;
  };
  /** A broker, as whoever keeps a transaction's state needs it. */
  export type TransactionCoordinator = {
    readonly connectionPool: {
      send<T>(request: {
        readonly request: {
          readonly apiKey: number;
          readonly apiVersion: number;
          readonly apiName: string;
          encode(): Promise<unknown>;
        };
        readonly response: {
          decode(answer: Uint8Array): Promise<T>;
          parse(answer: T): Promise<T>;
        };
        readonly logResponseError?: boolean;
      }): Promise<T>;
    };
    /** The requests it knows, by their key. */
    readonly versions: Readonly<Record<number, unknown>> | null;
    initProducerId(request: {
      readonly transactionalId: string;
      readonly transactionTimeout: number;
    }): Promise<Pick<TransactionRequest, "producerId" | "producerEpoch">>;
    addPartitionsToTxn(
      request: TransactionRequest & {
        readonly topics: readonly {
          readonly topic: string;
          readonly partitions: readonly number[];
        }[];
      },
    ): Promise<unknown>;
    addOffsetsToTxn(
      request: TransactionRequest & { readonly groupId: string },
    ): Promise<unknown>;
    /** @param request whose `transactionResult` is true to commit, false to abort */
    endTxn(
      request: TransactionRequest & { readonly transactionResult: boolean },
    ): Promise<unknown>;
  };
  const broker: { prototype: Broker };
  export default broker;
}
