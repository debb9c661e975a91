import { Buffer } from "node:buffer";
import { open } from "node:fs/promises";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { DIGEST_BYTES, digestOf } from "./digest.ts";
import { SortedEntries } from "./sorted_entries.ts";

const LINE_BYTES = 6;
const NEWLINE = 10;

/** A provider's own list of what it was told is accepted, held against the events that are there. */
export class AcceptedList {
  readonly #path: string;
  /** Digest of an id, and where in the file it stands. */
  readonly #accepted: SortedEntries;
  /** Digest of an id. */
  readonly #there: SortedEntries;
  #count = 0;

  constructor(path: string, folder: string) {
    this.#path = path;
    this.#accepted = new SortedEntries(folder);
    this.#there = new SortedEntries(folder);
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Reads the file: UTF-8, one event id a line, an id as often as it was accepted.
   *
   * @throws {StartError} if it cannot be read
   */
  async read(): Promise<void> {
    try {
      for await (const { id, at } of linesOf(this.#path)) {
        const entry = Buffer.alloc(DIGEST_BYTES + LINE_BYTES);
        entry.set(digestOf(id));
        entry.writeUIntBE(at, DIGEST_BYTES, LINE_BYTES);
        this.#accepted.add(entry);
        this.#count++;
      }
    } catch (cause) {
      throw new StartError(
        `Cannot read the accepted event ids in ${this.#path}: ${
          describeError(cause)
        }.`,
        { cause, exitCode: exitCodes.config },
      );
    }
  }

  /** An event that is there, once for each time it is. */
  addThere(eventId: string): void {
    this.#there.add(digestOf(eventId));
  }

  /** Where in the file the ids stand that are there less often than they were accepted. */
  *missing(): Generator<number> {
    const there = this.#there.inOrder();
    let next = there.next();
    for (const entry of this.#accepted.inOrder()) {
      const digest = entry.subarray(0, DIGEST_BYTES);
      while (!next.done && Buffer.compare(next.value, digest) < 0) {
        next = there.next();
      }
      if (!next.done && next.value.equals(digest)) next = there.next();
      else yield entry.readUIntBE(DIGEST_BYTES, LINE_BYTES);
    }
    there.return(undefined);
    this.#there.close();
    this.#accepted.close();
  }

  /** The id that stands at a place of the file. */
  async idAt(at: number): Promise<string> {
    for await (const { id } of linesOf(this.#path, at)) return id;
    return "";
  }
}

/** The lines of a file that are not empty, and where each begins. */
async function* linesOf(
  path: string,
  start = 0,
): AsyncGenerator<{ id: string; at: number }> {
  const file = await open(path);
  let rest = Buffer.alloc(0);
  let at = start;
  const line = (bytes: Buffer) => bytes.toString("utf8").replace(/\r$/, "");
  try {
    for await (const chunk of file.createReadStream({ start })) {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const end = rest.indexOf(NEWLINE);
        if (end < 0) break;
        const id = line(rest.subarray(0, end));
        if (id !== "") yield { id, at };
        at += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
    const id = line(rest);
    if (id !== "") yield { id, at };
  } finally {
    await file.close();
  }
}
