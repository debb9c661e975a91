import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import type { BatchMark, LogAround } from "./port.ts";
import { flawOfPosition } from "./position_check.ts";
import { noteBehind, readNote, writeNote } from "./position_note.ts";

const mark: BatchMark = {
  baseOffset: 5,
  lastOffset: 9,
  crc: 0xfedcba98,
  leaderEpoch: 3,
};

const log: LogAround = { start: 0, end: 20, before: mark };
const noted = writeNote(noteBehind(mark));

const flaw = (
  given: { at?: number; note?: string; log?: LogAround; isCompacted?: boolean },
) =>
  flawOfPosition(
    { nextOffset: given.at ?? 10, note: given.note ?? noted },
    given.log ?? log,
    { isCompacted: given.isCompacted ?? false },
  );

test("a group goes on where the log has what the group has worked on, whatever leader wrote it", () => {
  assert.equal(flaw({}), undefined);
  const before = { ...mark, leaderEpoch: 7 };
  assert.equal(flaw({ log: { ...log, before } }), undefined);
});

for (
  const [what, before] of Object.entries({
    "of other contents": { ...mark, crc: 1 },
    "of other bounds": { ...mark, baseOffset: 6 },
  })
) {
  test(`a record batch ${what} in front of the position is another log's`, () => {
    const found = flaw({ log: { ...log, before } });
    assert.match(found?.sentence ?? "", /^follows other records/);
    assert.ok(found?.isLasting);
    const compacted = flaw({ log: { ...log, before }, isCompacted: true });
    assert.equal(compacted, undefined);
  });
}

test("past the end is impossible, and lasts where the note will show it later too", () => {
  const short = { start: 0, end: 8 };
  assert.match(
    flaw({ log: short })?.sentence ?? "",
    /^is past the log's end 8/,
  );
  assert.equal(flaw({ log: short })?.isLasting, true);
  assert.equal(flaw({ log: short, note: "" })?.isLasting, false);
  assert.equal(flaw({ at: 8, log: short, note: "" }), undefined);
});

test("before the start is impossible, with the number of offsets that were removed", () => {
  const found = flaw({ log: { start: 13, end: 20 } });
  assert.match(found?.sentence ?? "", /start 13: 3 offsets were removed/);
  assert.equal(flaw({ at: 13, log: { start: 13, end: 20 } }), undefined);
});

test("a refusal stays, though the log looks well", () => {
  const note = writeNote({ ...noteBehind(mark), refused: "was past the end" });
  assert.deepEqual(flaw({ note }), {
    sentence: "was past the end",
    isLasting: true,
  });
});

test("where Kafka does not say what lies in front, it is asked again", () => {
  assert.throws(() => flaw({ log: { start: 0, end: 20 } }), TransientError);
});

test("a note that is none of EventFlow's says nothing", () => {
  for (const text of ["", "by hand", "{}", '{"eventflow":2}', "[1]", noted]) {
    assert.equal(readNote(text).batch === undefined, text !== noted);
  }
});

test("a note fits into what Kafka takes, however long the sentence", () => {
  const note = writeNote({
    batch: { base: Number.MAX_SAFE_INTEGER, crc: 2 ** 32 - 1 },
    refused: "\u20ac".repeat(10_000),
  });
  assert.ok(new TextEncoder().encode(note).length < 4_096);
});
