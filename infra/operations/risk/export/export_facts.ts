/// <reference path="../../sqlite.d.ts" />
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { headers } from "#contracts/headers.ts";
import { parseEvent } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { headerText } from "#kafka/headers.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";
import { writtenFile } from "../../written_file.ts";
import { rangesBetween } from "../../ranges.ts";

export type ExportOptions = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets" | "offsetsAt">;
  readonly validatedTopic: string;
  /** When the broker had them: milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs?: number | undefined;
  readonly signal?: AbortSignal;
};

/**
 * Writes the facts of the validated topic into a file, in order of their own time: each once, in its newest version, as it
 * was written. They are sorted on disk, for they may be more than memory holds.
 *
 * @returns how many
 * @throws {TransientError} if Kafka does not answer; {PartitionError} if some of it cannot be read; {StartError} if the file cannot
 *   be written
 */
export async function exportFacts(
  to: string,
  options: ExportOptions,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-facts-"));
  const facts = new SortedFacts(join(folder, "facts.db"));
  try {
    for await (const record of recordsOf(options)) facts.add(record);
    const lines = Readable.from(facts.lines());
    await pipeline(lines, await writtenFile(to));
    return facts.count;
  } finally {
    facts.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* recordsOf(
  { kafka, admin, validatedTopic: topic, sinceMs, untilMs, signal }:
    ExportOptions,
): AsyncGenerator<ReceivedRecord> {
  const ends = await admin.endOffsets(topic);
  const ranges = await rangesBetween(admin, { topic, ends, sinceMs, untilMs });
  const batches = readToTheEnd(kafka, { topic, ranges, signal });
  for await (const { records } of batches) yield* records;
}

class SortedFacts {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  count = 0;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    // It is read once, by the process that has written it, and never after a crash: nothing need be durable.
    this.#database.exec(`
      pragma journal_mode = off;
      pragma synchronous = off;
      create table facts (id text primary key, version integer, at integer, json text) without rowid;
      begin`);
    this.#insert = this.#database.prepare(`
      insert into facts values (?, ?, ?, ?)
      on conflict do update set version = excluded.version, at = excluded.at, json = excluded.json
      where excluded.version > version`);
  }

  add(record: ReceivedRecord): void {
    // A replay that is for one service alone has been here before.
    if (headerText(record.headers, headers.replayFor) !== undefined) return;
    const parsed = parseEvent(record.value);
    if (!parsed.ok) return;
    const { value: event } = parsed;
    const read = readRfc3339(event.timestamp);
    if (!read.ok) return;
    const version = mappingVersionIn(record.headers) ?? 1;
    this.#insert.run(event.event_id, version, read.ms, onOneLine(parsed.text));
  }

  *lines(): Generator<string> {
    const rows = this.#database.prepare(
      "select json from facts order by at, id",
    );
    for (const { json } of rows.iterate()) {
      this.count++;
      yield `${json}\n`;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** A fact as it was signed, however its sender broke the text: in JSON such characters stand between its parts alone. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, " ").trim();
}
