import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { Buffer } from "node:buffer";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * The lines of a text file, in runs, for a call for each of millions of lines takes longer than to read them.
 *
 * @throws {StartError} if there is no such file
 */
export async function* linesOf(path: string): AsyncGenerator<string[]> {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) {
    throw new StartError(`There is no file ${path}.`, {
      exitCode: exitCodes.config,
    });
  }
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
