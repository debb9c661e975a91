/// <reference path="./decoder.d.ts" />
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import decoder from "kafkajs/src/protocol/decoder.js";
import type { Decoder, Header } from "kafkajs/src/protocol/decoder.js";

/** Values by name, however often a name occurs. Without a prototype, for any name may occur. */
type HeaderTable = Record<string, (Uint8Array | null)[]>;

const { readVarIntArray } = decoder.prototype;

/**
 * kafkajs copies all headers of a record that it has read for each further one. A record with 10,000 of
 * them, which is well within the size a topic takes, keeps Bun busy for 25 s and Deno for minutes: no
 * heartbeat meanwhile, so the session is lost, and the next owner of the partition meets the same record.
 * It also takes a header called like a property of every object (`constructor`, `__proto__`) for one
 * that occurs twice.
 *
 * Only headers are read by `readVarIntArray`, and only to be reduced to a table. Here it is made in one
 * pass. Safe to call more than once.
 */
export function readHeadersOnce(): void {
  decoder.prototype.readVarIntArray = readTable;
}

function readTable(
  this: Decoder,
  read: (decoder: Decoder) => Header,
): Header[] {
  const headers = readVarIntArray.call(this, read);
  return Object.assign(headers, { reduce: () => tableOf(headers) });
}

function tableOf(headers: readonly Header[]): HeaderTable {
  const table: HeaderTable = Object.create(null);
  for (const { key, value } of headers) (table[key] ??= []).push(value);
  return table;
}
