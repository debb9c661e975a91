declare module "kafkajs/src/consumer/offsetManager/index.js" {
  /** What `offset_reset.ts` uses of a class kafkajs keeps to itself. */
  export type OffsetManager = {
    readonly groupId: string;
    nextOffset(topic: string, partition: number): { toString(): string };
    setDefaultOffset(coordinates: TopicPartition): Promise<void>;
  };
  type TopicPartition = { readonly topic: string; readonly partition: number };
  const offsetManager: { prototype: OffsetManager };
  export default offsetManager;
}
