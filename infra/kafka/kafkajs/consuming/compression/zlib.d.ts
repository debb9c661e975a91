import type { Buffer } from "node:buffer";

/** Deno 2.9 has it, and does not say so in its types. */
declare module "node:zlib" {
  export function zstdDecompressSync(
    bytes: Uint8Array,
    options: { readonly maxOutputLength: number },
  ): Buffer;
}
