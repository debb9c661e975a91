declare module "kafkajs/src/protocol/decoder.js" {
  export type Header = {
    readonly key: string;
    readonly value: Uint8Array | null;
  };
  /** What `header_tables.ts` and `described_transaction.ts` use of a class kafkajs keeps to itself. */
  export type Decoder = {
    readVarIntArray(read: (decoder: Decoder) => Header): Header[];
    readTaggedFields(): unknown;
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readUVarInt(): number;
    readUVarIntString(): string | null;
  };
  const decoder: { prototype: Decoder; new (answer: Uint8Array): Decoder };
  export default decoder;
}
