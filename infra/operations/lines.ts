import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { Buffer } from "node:buffer";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

const CHUNK_BYTES = 1 << 20;

/** No event is nearly as long: a topic takes 1 MiB. A file with such a line is of another format. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * The lines of a text file, in runs, for a call for each of millions of lines takes longer than to read them.
 *
 * @throws {StartError} if there is no such file, or it has no lines
 */
export async function* linesOf(
  path: string,
  mostCharacters = MOST_CHARACTERS,
): AsyncGenerator<string[]> {
  const refusal = (message: string) =>
    new StartError(message, { exitCode: exitCodes.config });
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw refusal(`There is no file ${path}.`);
  let count = 0;
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (
    const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })
  ) {
    const [first = "", ...others] = decoder.write(Buffer.from(chunk))
      .split("\n");
    const lines = [rest + first, ...others];
    rest = lines.pop() ?? "";
    count += lines.length;
    if (rest.length > mostCharacters) {
      throw refusal(
        `Line ${
          count + 1
        } of ${path} has more than ${mostCharacters} characters: the file must have one JSON object a line.`,
      );
    }
    yield lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}
