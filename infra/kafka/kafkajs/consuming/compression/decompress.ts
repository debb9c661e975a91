import type { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { decompressLz4 } from "./lz4.ts";
import { decompressSnappy } from "./snappy.ts";
import { damaged, tooLarge, UnreadableError } from "./unreadable.ts";
import { decompressZstd } from "./zstd.ts";
import { withoutWaste } from "../without_waste.ts";

type Codec = {
  readonly name: string;
  decompress(bytes: Buffer, mostBytes: number): Buffer;
};

/** By their number in the attributes of a batch, as `CompressionType` of Kafka lists them. */
const codecs: readonly (Codec | undefined)[] = [
  undefined,
  {
    name: "gzip",
    decompress: (bytes, maxOutputLength) =>
      gunzipSync(bytes, { maxOutputLength }),
  },
  { name: "snappy", decompress: decompressSnappy },
  { name: "lz4", decompress: decompressLz4 },
  { name: "zstd", decompress: decompressZstd },
];

/** Names of what is read, as `compression.type` of a topic has them. */
export const codecNames: readonly string[] = codecs
  .flatMap((codec) => codec?.name ?? []);

/**
 * What was compressed, whole.
 *
 * @param codec its number in the attributes of a batch; 0 is none
 * @param mostBytes it may come to; what passes that is given up on the way
 * @throws {UnreadableError} and nothing else, whatever the bytes are
 */
export function decompress(
  codec: number,
  bytes: Buffer,
  mostBytes: number,
): Buffer {
  if (codec === 0) return bytes;
  const known = codecs[codec];
  if (known === undefined) {
    throw new UnreadableError(
      "unknown",
      `is compressed with codec ${codec}, which is none of ${
        codecNames.join(", ")
      }`,
    );
  }
  try {
    return withoutWaste(known.decompress(bytes, mostBytes));
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    if (isTooLarge(error)) throw tooLarge(mostBytes);
    throw damaged(`cannot be decompressed as ${known.name}`, error);
  }
}

/** How `node:zlib` says that `maxOutputLength` is passed. */
function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError &&
    Reflect.get(error, "code") === "ERR_BUFFER_TOO_LARGE";
}
