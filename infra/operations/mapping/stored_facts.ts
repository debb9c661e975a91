/// <reference path="../sqlite.d.ts" />
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";

export type StoredFact = {
  readonly eventId: string;
  /** The event's JSON text. */
  readonly json: string;
};

/** The facts that the log has, by the raw record that each was made from; of several versions the highest. In bounded memory. */
export class StoredFacts {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #find: StatementSync;

  /** @param folder where its file is written; whoever made it removes it */
  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, "facts.db"));
    // It is read once, by the process that has written it, and never after a crash: nothing need be durable.
    this.#database.exec(`
      pragma journal_mode = off;
      pragma synchronous = off;
      create table facts (
        partition integer, position integer, event_id text, version integer, json text,
        primary key (partition, position, event_id)
      ) without rowid;
      begin`);
    this.#insert = this.#database.prepare(`
      insert into facts values (?, ?, ?, ?, ?)
      on conflict do update set version = excluded.version, json = excluded.json
      where excluded.version >= version`);
    this.#find = this.#database.prepare(`
      select event_id, json from facts
      where partition = ?1 and position = ?2
        and version = (select max(version) from facts where partition = ?1 and position = ?2)`);
  }

  add(
    { partition, offset }: Pick<RecordCoordinates, "partition" | "offset">,
    version: number,
    { eventId, json }: StoredFact,
  ): void {
    this.#insert.run(partition, offset, eventId, version, json);
  }

  /** Those of one raw record, by their event's id. */
  of(
    { partition, offset }: Pick<RecordCoordinates, "partition" | "offset">,
  ): Map<string, string> {
    const facts = new Map<string, string>();
    for (const row of this.#find.iterate(partition, offset)) {
      facts.set(String(row.event_id), String(row.json));
    }
    return facts;
  }

  close(): void {
    this.#database.close();
  }
}
