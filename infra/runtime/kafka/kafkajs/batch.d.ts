declare module "kafkajs/src/consumer/batch.js" {
  /** What `empty_batches.ts` uses of a class kafkajs keeps to itself. */
  export type Batch = {
    readonly rawMessages: readonly unknown[];
    isEmpty(): boolean;
  };
  const batch: { prototype: Batch };
  export default batch;
}
