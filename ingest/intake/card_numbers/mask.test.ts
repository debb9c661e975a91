import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { around, cardMember } from "#kit/intake/any_cards.ts";
import { clearCardData } from "./clear_card_data.ts";

const anyBody = fc.array(cardMember, { minLength: 1, maxLength: 4 })
  .chain((members) =>
    fc.tuple(fc.constant(members), around(members.map(({ json }) => json)))
  );

function masked(json: string) {
  const bytes = new TextEncoder().encode(json);
  const cleared = clearCardData(bytes, { text: json, setting: "mask" });
  return { bytes, cleared, text: new TextDecoder().decode(bytes) };
}

test("what is masked is as long as before, and other bytes than those of digits stay", () =>
  fc.assert(fc.property(anyBody, ([, json]) => {
    const { text, bytes } = masked(json);
    assert.equal(bytes.length, new TextEncoder().encode(json).length);
    assert.equal(text.length, json.length);
    const plain = (one: string) =>
      one.replaceAll(
        /\\u003\d|\\u002a|[\d*]/gi,
        (all) => "#".repeat(all.length),
      );
    assert.equal(plain(text), plain(json));
  })));

test("a masked body says the same but for those values, which have their first six and last four digits at most", () =>
  fc.assert(fc.property(anyBody, ([members, json]) => {
    const { text } = masked(json);
    const expected = members.map(({ kind, digits }) =>
      kind === "security_code"
        ? "*".repeat(digits.length)
        : `${digits.slice(0, 6)}${"*".repeat(digits.length - 10)}${
          digits.slice(-4)
        }`
    );
    const [before, after] = [valuesIn(json), valuesIn(text)];
    const changed = after.filter((value, n) => value !== before[n]);
    assert.equal(after.length, before.length);
    assert.deepEqual(
      changed.map((value) => String(value).replaceAll(/[ -]/g, "")),
      expected,
    );
  })));

test("what is masked once has nothing to mask", () =>
  fc.assert(fc.property(anyBody, ([members, json]) => {
    const { text, cleared } = masked(json);
    assert.deepEqual(
      new Set(cleared?.found.map(({ kind }) => kind)),
      new Set(members.map(({ kind }) => kind)),
    );
    const again = masked(text);
    assert.equal(again.cleared, undefined);
    assert.equal(again.text, text);
  })));

/** Every key and leaf in the order in which they stand there; by its text, as V8 reads keys of escapes wrongly at times. */
function valuesIn(json: string): unknown[] {
  JSON.parse(json);
  return (json.match(/"(?:[^"\\]|\\.)*"|[\w.+-]+/g) ?? [])
    .map((token) => JSON.parse(token));
}
