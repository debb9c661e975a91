/** The part of kafkajs 2.2 that `broker_search.ts` mends. */
declare module "kafkajs/src/cluster/brokerPool.js" {
  /** @returns null if no broker answered */
  export type WithBroker = <T>(
    this: unknown,
    ask: (found: { nodeId: string; broker: unknown }) => Promise<T>,
  ) => Promise<T | null>;
  const pool: { prototype: { withBroker: WithBroker } };
  export default pool;
}
