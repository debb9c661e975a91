/** The part of kafkajs 2.2's connection to a broker that `broker_*.ts` and `reader.ts` reach into. */
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
  const broker: { prototype: Broker };
  export default broker;
}
