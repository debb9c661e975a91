/** What `described_transaction.ts` uses of how kafkajs 2.2 writes and reads the protocol. */
declare module "kafkajs/src/protocol/encoder.js" {
  class Encoder {
    /** An array's length or a string's in the flexible versions (KIP-482); 0 for no tagged fields. */
    writeUVarInt(value: number): this;
    writeUVarIntString(value: string): this;
  }
  export default Encoder;
}

declare module "kafkajs/src/protocol/coordinatorTypes.js" {
  const types: { readonly GROUP: number; readonly TRANSACTION: number };
  export default types;
}

declare module "kafkajs/src/protocol/error.js" {
  const errors: { createErrorFromCode(code: number): Error };
  export default errors;
}
