declare module "kafkajs/src/protocol/decoder.js" {
  export type Header = {
    readonly key: string;
    readonly value: Uint8Array | null;
  };
  /** What `header_tables.ts` uses of a class kafkajs keeps to itself. */
  export type Decoder = {
    readVarIntArray(read: (decoder: Decoder) => Header): Header[];
  };
  const decoder: { prototype: Decoder };
  export default decoder;
}
