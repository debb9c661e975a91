import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import decoder from "kafkajs/src/protocol/decoder.js";
import type { Header } from "kafkajs/src/protocol/decoder.js";
import { readHeadersOnce } from "./header_tables.ts";

/** What kafkajs's decoder of records makes of headers. */
function decoded(headers: readonly Header[]): [string, string][] {
  readHeadersOnce();
  const left = headers.values();
  const read = decoder.prototype.readVarIntArray.call(
    Object.assign(Object.create(decoder.prototype), {
      readVarInt: () => headers.length,
    }),
    () => left.next().value ?? assert.fail("none is left"),
  );
  const table = read.reduce<object>(() => assert.fail("called"), {});
  return Object.entries(table).map(([name, values]) => [name, `${values}`]);
}

const header = (key: string, value: string | null) => ({
  key,
  value: value === null ? null : Buffer.from(value),
});

test("headers are kept with their values, however often a name occurs", () => {
  assert.deepEqual(
    decoded([header("a", "1"), header("b", null), header("a", "2")]),
    [["a", "1,2"], ["b", ""]],
  );
});

test("a header may be called like a property of every object", () => {
  assert.deepEqual(
    decoded([
      header("constructor", "1"),
      header("__proto__", "2"),
      header("toString", "3"),
    ]),
    [["constructor", "1"], ["__proto__", "2"], ["toString", "3"]],
  );
});
