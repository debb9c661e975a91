/** What `described_*.ts`, `fetch.ts`, `produce_*.ts` and `transactions/` use of how kafkajs 2.2 writes and reads the protocol. */
declare module "kafkajs/src/protocol/encoder.js" {
  import type { Buffer } from "node:buffer";

  class Encoder {
    /** @param initialSize bytes there is room for; it grows as needed */
    constructor(initialSize?: number);
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    /** @param value in digits if it is beyond a double */
    writeInt64(value: number | string): this;
    writeString(value: string | null): this;
    /** Its length before it, 32 bits. */
    writeBytes(value: Buffer): this;
    /** An array's length or a string's in the flexible versions (KIP-482); 0 for no tagged fields. */
    writeUVarInt(value: number): this;
    writeUVarIntString(value: string | null): this;
    /** Its length before it, in as few bytes as it takes. */
    writeUVarIntBytes(value: Buffer): this;
    /** What has been written, and room for more. */
    readonly buf: Buffer;
    /** What has been written. */
    readonly buffer: Buffer;
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

declare module "kafkajs/src/protocol/requests/fetch/v1/response.js" {
  const response: {
    /** Throws what an answer's first error code stands for. */
    parse<T>(answer: T): Promise<T>;
  };
  export default response;
}
