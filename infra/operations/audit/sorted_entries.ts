/// <reference path="../sqlite.d.ts" />
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

let files = 0;

/**
 * Any number of entries, given back in the order of their bytes, in bounded memory: SQLite keeps them in a file of its own
 * and sorts them (https://sqlite.org/fileformat2.html, BLOBs are compared by memcmp).
 */
export class SortedEntries {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  /** @param folder where the file is written; whoever made it removes it */
  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, `entries-${files++}.db`));
    // It is read once, by the process that has written it, and never after a crash: nothing need be durable.
    this.#database.exec(`
      pragma journal_mode = off;
      pragma synchronous = off;
      create table entries (entry blob not null);
      begin`);
    this.#insert = this.#database.prepare("insert into entries values (?)");
  }

  add(entry: Uint8Array): void {
    this.#insert.run(entry);
  }

  /** The entries, smallest first, equal ones each; to be called once, after the last is added. */
  *inOrder(): Generator<Buffer, undefined> {
    const rows = this.#database
      .prepare("select entry from entries order by entry").iterate();
    for (const { entry } of rows) {
      if (entry instanceof Uint8Array) yield Buffer.from(entry.buffer);
    }
  }

  close(): void {
    this.#database.close();
  }
}
