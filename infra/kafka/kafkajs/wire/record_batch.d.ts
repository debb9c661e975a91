/** How kafkajs 2.2 writes record batches, for the tests of how we do. */
declare module "kafkajs/src/protocol/recordBatch/v0/index.js" {
  import type { Buffer } from "node:buffer";

  export function RecordBatch(
    batch: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly buffer: Buffer }>;
}

declare module "kafkajs/src/protocol/recordBatch/record/v0/index.js" {
  const record: (record: Readonly<Record<string, unknown>>) => object;
  export default record;
}
