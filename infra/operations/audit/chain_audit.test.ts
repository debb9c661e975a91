import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { ChainedAction, type DeskAction } from "#contracts/desk_action.ts";
import { chained, emptyChain, linkOf } from "#runtime/action_chain.ts";
import { ChainAudit } from "./chain_audit.ts";
import { Findings } from "./findings.ts";

/** A note by its number. */
function note(n: number): DeskAction {
  return {
    id: `00000000-0000-4000-8000-${`${n}`.padStart(12, "0")}`,
    at: "2026-01-02T03:04:05Z",
    by: { subject: "token", via: "cli" },
    what: { kind: "note", cause: "0".repeat(64), text: `note ${n}` },
  };
}

const textOf = ({ what }: DeskAction) =>
  what.kind === "note" ? what.text : what.kind;

/** The values of a chain of notes 1 to `count`. */
function chain(count: number): Buffer[] {
  let end = emptyChain;
  return Array.from({ length: count }, (_, n) => {
    const next = chained(note(n + 1), end);
    end = next.end;
    return Buffer.from(next.value);
  });
}

/** An action that says what place it has. */
function forged(number: number, previous: string | null, text = "forged") {
  const action = { ...note(0), what: { ...note(0).what, text } };
  return Buffer.from(JSON.stringify(
    ChainedAction.parse({ chain: { number, previous }, action }),
  ));
}

function audited(values: readonly (Buffer | null)[], isCut = false) {
  const findings = new Findings(1_000);
  const audit = new ChainAudit({ topic: "desk", findings, isCut });
  const taken = values.flatMap((value, offset) =>
    audit.take({
      topic: "desk",
      partition: 0,
      offset,
      timestampMs: 0,
      key: null,
      value,
      headers: [],
    })
  );
  taken.push(...audit.end());
  return {
    sentences: findings.named.map(({ sentence }) => sentence),
    counts: findings.counts,
    actions: taken.map(({ action }) => textOf(action)),
    end: audit.actions,
  };
}

const notes = (...numbers: readonly number[]) =>
  numbers.map((n) => `note ${n}`);

test("a chain as it was written is followed to its end, whole or without what retention has removed", () => {
  const values = chain(5);
  const link = linkOf(values[4] ?? "");
  const whole = audited(values);
  assert.deepEqual(whole.sentences, []);
  assert.deepEqual(whole.actions, notes(1, 2, 3, 4, 5));
  assert.deepEqual(whole.end, { first: 1, last: 5, link });
  const kept = audited(values.slice(2), true);
  assert.deepEqual(kept.sentences, []);
  assert.deepEqual(kept.actions, notes(3, 4, 5));
  assert.deepEqual(kept.end, { first: 3, last: 5, link });
  assert.deepEqual(audited([]).end, null);
});

test("what is gone is missing, from the beginning of a log that nothing was removed from too", () => {
  const values = chain(6);
  const { sentences, counts, actions } = audited(
    values.filter((_, n) => n !== 2 && n !== 3),
  );
  assert.deepEqual(sentences, [
    "missing: desk/0/2, actions 3 to 4 are gone from desk before it.",
  ]);
  assert.equal(counts.missing, 2);
  assert.deepEqual(actions, notes(1, 2, 5, 6));
  assert.deepEqual(audited(values.slice(1)).sentences, [
    "missing: desk/0/0, action 1 is gone from desk before it.",
  ]);
});

test("an action that was altered is named by the one behind it", () => {
  const values = chain(4);
  values[1] = Buffer.from(`${values[1]}`.replace("note 2", "note 9"));
  assert.deepEqual(audited(values).sentences, [
    "conflicting: desk/0/1, is not the action 2 that action 3 was written after.",
  ]);
});

test("what was put in is told from what was written, wherever it says it belongs", () => {
  const values = chain(4);
  const [first = Buffer.of(), second = Buffer.of()] = values;
  const withA = (value: Buffer | null) =>
    audited([first, second, value, ...values.slice(2)]);
  const next = withA(forged(3, linkOf(second)));
  assert.deepEqual(next.sentences, [
    "unexplained: desk/0/2, is not the action 3 that action 4 was written after.",
  ]);
  assert.deepEqual(next.actions, notes(1, 2, 3, 4));
  const farAhead = withA(forged(900, linkOf(second)));
  assert.deepEqual(farAhead.sentences, [
    "unexplained: desk/0/2, is action 900, out of place.",
  ]);
  assert.deepEqual(farAhead.actions, notes(1, 2, 3, 4));
  const copy = withA(first);
  assert.deepEqual(copy.sentences, [
    "unexplained: desk/0/2, is action 1, where action 3 should be.",
  ]);
  assert.deepEqual(copy.actions, notes(1, 2, 3, 4));
  for (const value of [null, Buffer.from("garbage"), Buffer.from("{}")]) {
    const none = withA(value);
    assert.deepEqual(none.sentences, [
      "unexplained: desk/0/2, is no action.",
    ]);
    assert.deepEqual(none.actions, notes(1, 2, 3, 4));
  }
});

test("two that were exchanged are both still there, and one is out of place", () => {
  const [one = null, two = null, three = null, four = null, five = null] =
    chain(5);
  const { sentences, actions } = audited([one, three, two, four, five]);
  assert.deepEqual(sentences, [
    "conflicting: desk/0/1, is action 3, and stands before action 2.",
  ]);
  assert.deepEqual(actions.toSorted(), notes(1, 2, 3, 4, 5));
  const moved = audited([one, three, four, two, five]);
  assert.deepEqual(moved.sentences, [
    "conflicting: desk/0/3, is action 2, and stands behind action 4.",
  ]);
  assert.deepEqual(moved.actions.toSorted(), notes(1, 2, 3, 4, 5));
});

test("two that both say they are the last are named, as nothing says which is", () => {
  const values = chain(3);
  const second = linkOf(values[1] ?? "");
  const { sentences } = audited([...values, forged(3, second)]);
  assert.deepEqual(sentences, [
    "doubled: desk/0/2, is not the only action 3, and none comes after them that says which it was written after.",
  ]);
});

test("no tampering before the last action goes unnamed, and none makes more findings than three", () => {
  const tampering = fc.record({
    how: fc.constantFrom("alter", "take out", "put in", "exchange", "repeat"),
    at: fc.nat(),
    count: fc.integer({ min: 4, max: 12 }),
  });
  fc.assert(fc.property(tampering, ({ how, at, count }) => {
    const values = chain(count);
    const n = at % (count - 2);
    const [one = Buffer.of(), two = Buffer.of()] = values.slice(n, n + 2);
    if (how === "alter") {
      values[n] = Buffer.from(`${one}`.replace('"token"', '"other"'));
    } else if (how === "take out") values.splice(n, 1);
    else if (how === "put in") values.splice(n, 0, forged(n + 1, null));
    else if (how === "exchange") values.splice(n, 2, two, one);
    else values.splice(n + 2, 0, one);
    const { sentences } = audited(values);
    assert.ok(sentences.length > 0, "it is named");
    assert.ok(sentences.length <= 3, sentences.join("\n"));
  }));
});
