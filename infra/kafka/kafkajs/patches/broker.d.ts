/** The part of kafkajs 2.2's connection to a broker into which `broker_*.ts`, `fetch.ts`, `reader.ts`,
`produce.ts`, the senders, `described_cluster.ts` and `*_transaction.ts` reach. */
declare module "kafkajs/src/broker/index.js" {
  export type FetchRequest = {
    readonly maxWaitTime: number;
    readonly minBytes?: number;
    readonly maxBytes: number;
    readonly rackId?: string;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  };
  /** As much of it as kafkajs's consumer goes by. */
  export type FetchedPartition = {
    readonly partition: number;
    readonly errorCode: number;
    readonly highWatermark: string;
    readonly preferredReadReplica: number;
    readonly abortedTransactions: readonly [];
    /** None, or one that stands for all. */
    readonly messages: readonly {
      readonly offset: string;
      readonly isControlRecord: false;
    }[];
  };
  export type FetchResponse = {
    readonly clientSideThrottleTime: number;
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly FetchedPartition[];
    }[];
  };
  export type Broker = {
    readonly nodeId: number;
    readonly connectionPool: {
      readonly host: string;
      readonly port: number;
      /** Sends a request of any kind, and passes what `decode` reads of the answer through `parse`. */
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
    fetch(request: FetchRequest): Promise<FetchResponse>;
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
  /** A broker, as whoever writes transactions needs it. */
  export type TransactionCoordinator = Broker & {
    /** The requests it knows, by their key. */
    readonly versions:
      | Readonly<Record<number, { readonly maxVersion: number }>>
      | null;
    /** @param request without a `transactionalId` of a producer that writes no transactions */
    initProducerId(request: {
      readonly transactionalId?: string;
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
    /** Asked of the coordinator of the group. */
    txnOffsetCommit(
      request: TransactionRequest & {
        readonly groupId: string;
        readonly topics: readonly {
          readonly topic: string;
          readonly partitions: readonly {
            readonly partition: number;
            readonly offset: string;
            readonly metadata?: string | undefined;
          }[];
        }[];
      },
    ): Promise<unknown>;
    /** @param request whose `transactionResult` is true to commit, false to abort */
    endTxn(
      request: TransactionRequest & { readonly transactionResult: boolean },
    ): Promise<unknown>;
  };
  const broker: { prototype: Broker };
  export default broker;
}
