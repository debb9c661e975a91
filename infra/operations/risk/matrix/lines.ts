import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { Buffer } from "node:buffer";

const CHUNK_BYTES = 1 << 20;

/**
 * The lines of a text file, in runs, for a call for each of millions of lines takes longer than to read them.
 *
 * @throws whatever the file system says
 */
export async function* linesOf(path: string): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (
    const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })
  ) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}
