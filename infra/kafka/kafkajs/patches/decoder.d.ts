declare module "kafkajs/src/protocol/decoder.js" {
  import type { Buffer } from "node:buffer";

  /** What `described_*.ts`, `fetch.ts`, `produce_*.ts` and `transactions/` use of a class kafkajs keeps to itself. */
  class Decoder {
    constructor(answer: Uint8Array);
    readonly buffer: Buffer;
    /** Where reading goes on. */
    readonly offset: number;
    /** Skips so many bytes. */
    forward(bytes: number): void;
    readString(): string;
    readInt8(): number;
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readUVarInt(): number;
    readUVarIntString(): string | null;
    /** Its length before it, 32 bits. */
    readBytes(): Buffer | null;
    /** Its length before it, 32 bits. */
    readArray<T>(readOne: (decoder: Decoder) => T): T[];
  }
  export default Decoder;
}
