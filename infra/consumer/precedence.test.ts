import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type Interleaving, interleavings } from "#kit/interleavings.ts";
import { isLater, type Precedence, precedenceOf } from "./precedence.ts";

const at = (topic: string, partition: number, offset: number) => ({
  topic,
  partition,
  offset,
});

const own = at("validated", 2, 41);
const EVENT_MS = 5_000;

function precedence(
  { origin = at("raw", 2, 7), part = 0, source = own, atMs = EVENT_MS }:
    Partial<Precedence> = {},
): Precedence {
  return { origin, part, source, atMs };
}

function record(said: Readonly<Record<string, string>>): ReceivedRecord {
  return {
    ...own,
    timestampMs: 0,
    key: null,
    value: null,
    headers: Object.entries(said).map(([name, value]) => header(name, value)),
  };
}

test("the origin is what a replay says, else what a record was made from, else itself", () => {
  const originOf = (said: Readonly<Record<string, string>>) =>
    precedenceOf(record(said), EVENT_MS).origin;
  const source = { [headers.source]: "raw/2/7" };
  assert.deepEqual(originOf({}), own);
  assert.deepEqual(originOf(source), at("raw", 2, 7));
  assert.deepEqual(
    originOf({ ...source, [headers.origin]: "raw/2/3" }),
    at("raw", 2, 3),
  );
  assert.deepEqual(
    originOf({ ...source, [headers.origin]: "nowhere" }),
    at("raw", 2, 7),
  );
});

test("the part is which of several things of its origin a record is, said with that or with what it was made from", () => {
  const partOf = (said: Readonly<Record<string, string>>) =>
    precedenceOf(record(said), EVENT_MS).part;
  const source = { [headers.source]: "raw/2/7#2/3" };
  assert.equal(partOf({}), 0);
  assert.equal(partOf({ [headers.source]: "raw/2/7" }), 0);
  assert.equal(partOf(source), 2);
  assert.equal(partOf({ ...source, [headers.origin]: "raw/2/3" }), 2);
  assert.equal(partOf({ ...source, [headers.origin]: "raw/2/3#3/3" }), 3);
});

test("the time is when it was received, else the event's own", () => {
  const msOf = (said: Readonly<Record<string, string>>) =>
    precedenceOf(record(said), EVENT_MS).atMs;
  assert.equal(msOf({ [headers.receivedAt]: "17" }), 17);
  assert.equal(msOf({}), EVENT_MS);
});

test("of origins in one log the greater offset is later, whatever their times", () => {
  const earlier = precedence({ atMs: 9 });
  const later = precedence({ origin: at("raw", 2, 8), atMs: 1 });
  assert.ok(isLater(later, earlier));
  assert.ok(!isLater(earlier, later));
});

for (
  const [what, elsewhere] of [
    ["partitions", at("raw", 3, 1)],
    ["topics", at("raw-2", 2, 1)],
  ] as const
) {
  test(`of origins in different ${what} the one received later is later, whatever their offsets`, () => {
    const earlier = precedence({ atMs: 1 });
    const later = precedence({ origin: elsewhere, atMs: 2 });
    assert.ok(isLater(later, earlier));
    assert.ok(!isLater(earlier, later));
    assert.ok(!isLater({ ...later, atMs: 1 }, earlier), "as late is no later");
  });
}

test("of several things of one origin the one that it says later is later, whichever was read later", () => {
  const first = precedence({ part: 1, source: at("validated", 2, 42) });
  const second = precedence({ part: 2 });
  assert.ok(isLater(second, first));
  assert.ok(!isLater(first, second));
});

test("of one origin the record that was read later is later, and the same one again is not", () => {
  const first = precedence();
  const second = precedence({ source: at("validated", 2, 42) });
  assert.ok(isLater(second, first));
  assert.ok(!isLater(first, second));
  assert.ok(!isLater(first, first));
});

test("of one origin the record that comes in is later if its partition is another", () => {
  const first = precedence();
  assert.ok(isLater(precedence({ source: at("validated", 5, 0) }), first));
});

test("whatever was replayed, edited and handed in again, the last state is of the latest origin, as it was last replayed", () => {
  fc.assert(
    fc.property(interleavings(), ({ arrivals, last }: Interleaving) => {
      let applied = arrivals[0];
      for (const incoming of arrivals) {
        if (applied === undefined || isLater(incoming, applied)) {
          applied = incoming;
        }
      }
      assert.deepEqual(applied, last);
    }),
    { numRuns: 2_000 },
  );
});
