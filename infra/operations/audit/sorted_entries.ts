import { Buffer } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

/** Some 28 MB of outputs; a hundred such runs, each an open file, are fifty million. */
const RUN_ENTRIES = 512 * 1024;
const CHUNK_ENTRIES = 4 * 1024;

let files = 0;

/**
 * Any number of entries of one size, given back in the order of their bytes, in bounded memory: an
 * external merge sort (Knuth, TAOCP 3, §5.4). Entries gather in memory; each full run is sorted and
 * written to a file; in the end all runs are merged, each read in chunks.
 */
export class SortedEntries {
  readonly #bytes: number;
  readonly #folder: string;
  readonly #runEntries: number;
  readonly #runs: string[] = [];
  #entries: Buffer;
  #count = 0;

  /**
   * @param bytes size of every entry
   * @param folder where runs are written; whoever made it removes it
   */
  constructor(
    { bytes, folder, runEntries = RUN_ENTRIES }: {
      bytes: number;
      folder: string;
      runEntries?: number;
    },
  ) {
    this.#bytes = bytes;
    this.#folder = folder;
    this.#runEntries = runEntries;
    this.#entries = Buffer.alloc(Math.min(runEntries, 1024) * bytes);
  }

  /** Takes a copy of an entry. */
  async add(entry: Uint8Array): Promise<void> {
    if (this.#count === this.#runEntries) await this.#spill();
    const at = this.#count * this.#bytes;
    if (at === this.#entries.length) this.#grow();
    this.#entries.set(entry, at);
    this.#count++;
  }

  /** The entries, smallest first, equal ones each; to be called once, after the last is added. */
  async *inOrder(): AsyncGenerator<Buffer, undefined> {
    if (this.#runs.length === 0) {
      yield* this.#sorted();
      return;
    }
    if (this.#count > 0) await this.#spill();
    this.#entries = Buffer.alloc(0);
    await using heads = await Heads.open(this.#runs, this.#bytes);
    for (;;) {
      const least = await heads.takeLeast();
      if (least === undefined) return;
      yield least;
    }
  }

  #grow(): void {
    const size = Math.min(
      this.#entries.length * 2,
      this.#runEntries * this.#bytes,
    );
    const larger = Buffer.alloc(size);
    larger.set(this.#entries);
    this.#entries = larger;
  }

  *#sorted(): Generator<Buffer> {
    const [entries, bytes] = [this.#entries, this.#bytes];
    const order = Uint32Array.from({ length: this.#count }, (_, n) => n * bytes)
      .sort((a, b) => {
        for (let n = 0; n < bytes; n++) {
          const difference = (entries[a + n] ?? 0) - (entries[b + n] ?? 0);
          if (difference !== 0) return difference;
        }
        return 0;
      });
    for (const at of order) yield entries.subarray(at, at + bytes);
  }

  async #spill(): Promise<void> {
    const path = join(this.#folder, `run-${files++}`);
    const file = await open(path, "wx", 0o600);
    try {
      let chunk: Buffer[] = [];
      for (const entry of this.#sorted()) {
        chunk.push(entry);
        if (chunk.length < CHUNK_ENTRIES) continue;
        await file.appendFile(Buffer.concat(chunk));
        chunk = [];
      }
      await file.appendFile(Buffer.concat(chunk));
    } finally {
      await file.close();
    }
    this.#runs.push(path);
    this.#count = 0;
  }
}

/** Runs with something left, the one with the least entry first. */
class Heads implements AsyncDisposable {
  readonly #heads: Run[] = [];
  readonly #runs: Run[] = [];

  static async open(paths: readonly string[], bytes: number): Promise<Heads> {
    const heads = new Heads();
    try {
      for (const path of paths) {
        const run = new Run(await open(path), bytes);
        heads.#runs.push(run);
        await heads.#put(run);
      }
      return heads;
    } catch (error) {
      await heads[Symbol.asyncDispose]();
      throw error;
    }
  }

  async takeLeast(): Promise<Buffer | undefined> {
    const run = this.#heads.shift();
    const least = run?.head;
    if (run !== undefined) await this.#put(run);
    return least;
  }

  async #put(run: Run): Promise<void> {
    const entry = await run.next();
    if (entry === undefined) return;
    let [low, high] = [0, this.#heads.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#heads[middle]?.head;
      if (other !== undefined && Buffer.compare(other, entry) < 0) {
        low = middle + 1;
      } else high = middle;
    }
    this.#heads.splice(low, 0, run);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#runs) await run.close();
  }
}

/** A file of sorted entries, read in chunks. */
class Run {
  head: Buffer | undefined;
  readonly #file: FileHandle;
  readonly #bytes: number;
  #chunk = Buffer.alloc(0);
  #at = 0;

  constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  async next(): Promise<Buffer | undefined> {
    if (this.#at === this.#chunk.length) await this.#readChunk();
    this.head = this.#at < this.#chunk.length
      ? this.#chunk.subarray(this.#at, this.#at += this.#bytes)
      : undefined;
    return this.head;
  }

  async #readChunk(): Promise<void> {
    // A new one each time: entries handed out are views of the last.
    const chunk = Buffer.alloc(CHUNK_ENTRIES * this.#bytes);
    let length = 0;
    while (length < chunk.length) {
      const { bytesRead } = await this.#file.read(
        chunk,
        length,
        chunk.length - length,
        null,
      );
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length % this.#bytes !== 0) throw new Error("A sorted run is cut off");
    this.#chunk = chunk.subarray(0, length);
    this.#at = 0;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
