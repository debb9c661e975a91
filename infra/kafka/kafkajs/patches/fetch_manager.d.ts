/** How kafkajs 2.2 fetches from several brokers at once, for a test of what comes of it. */
declare module "kafkajs/src/consumer/fetchManager.js" {
  import type Batch from "kafkajs/src/consumer/batch.js";

  type Logger = { namespace(): Logger; debug(): void; info(): void };
  const createFetchManager: (options: {
    readonly logger: Logger;
    readonly getNodeIds: () => readonly number[];
    readonly fetch: (nodeId: number) => Promise<readonly Batch[]>;
    readonly handler: (batch: Batch) => Promise<void>;
    readonly concurrency: number;
  }) => { start(): Promise<void>; stop(): Promise<void> };
  export default createFetchManager;
}

declare module "kafkajs/src/consumer/batch.js" {
  import type { FetchedPartition } from "kafkajs/src/broker/index.js";

  class Batch {
    constructor(
      topic: string,
      fetchedOffset: string,
      fetched: FetchedPartition,
    );
    lastOffset(): string;
  }
  export default Batch;
}
