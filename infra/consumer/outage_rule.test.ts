import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { PoisonError } from "#runtime/errors.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, type Handler, type Outcome } from "./handler.ts";
import { isolate } from "./isolate.ts";
import { OutageRule, OutageSuspectedError } from "./outage_rule.ts";

const record = (
  offset: number,
  key: string | null,
  partition = 0,
): ReceivedRecord => ({
  topic: "t",
  partition,
  offset,
  timestampMs: 0,
  key: key === null ? null : Buffer.from(key),
  value: null,
  headers: [],
});

const bug = () => new TypeError("x is undefined");
const unstorable = () =>
  new PoisonError({ code: "not_storable", message: "no", issues: [] });

test("as many different keys as the setting says, failing alike in a row, are an outage", () => {
  const rule = new OutageRule(3);
  rule.failed(record(0, "a"), bug());
  rule.failed(record(1, "b"), bug());
  assert.throws(() => rule.failed(record(2, "c"), bug()), {
    name: "OutageSuspectedError",
    message:
      "suspected outage: unexpected_error on 3 keys in a row: TypeError: x is undefined",
  });
});

test("one key, however often it fails, is poison", () => {
  const rule = new OutageRule(2);
  for (let offset = 0; offset < 100; offset++) {
    rule.failed(record(offset, "a"), bug());
  }
});

test("a success in any partition ends the row, and so does an error of another class", () => {
  const rule = new OutageRule(2);
  for (let offset = 0; offset < 100; offset += 3) {
    rule.failed(record(offset, `a${offset}`), bug());
    rule.succeeded();
    rule.failed(record(offset + 1, `b${offset}`), bug());
    rule.failed(record(offset + 2, `c${offset}`), new RangeError("x"));
  }
});

test("an error that says what is wrong with the content is never an outage, however many keys have it", () => {
  const rule = new OutageRule(2);
  for (let offset = 0; offset < 100; offset++) {
    rule.failed(record(offset, `${offset}`), unstorable());
  }
});

test("an error of the content counts neither way: the row of others goes on over it", () => {
  const rule = new OutageRule(2);
  rule.failed(record(0, "a"), bug());
  rule.failed(record(1, "b"), unstorable());
  assert.throws(() => rule.failed(record(2, "c"), bug()), OutageSuspectedError);
});

test("keys of several partitions make one row", () => {
  const rule = new OutageRule(2);
  rule.failed(record(0, "a", 1), bug());
  assert.throws(() => rule.failed(record(0, "b", 2), bug()));
});

test("a record without a key is a key of its own", () => {
  const rule = new OutageRule(2);
  rule.failed(record(0, null), bug());
  rule.failed(record(0, null), bug());
  assert.throws(() => rule.failed(record(1, null), bug()));
});

test("0 never suspects", () => {
  const rule = new OutageRule(0);
  for (let offset = 0; offset < 100; offset++) {
    rule.failed(record(offset, `${offset}`), bug());
  }
});

test("what is tried again counts anew; what was tried before it, and elsewhere, still counts", () => {
  const rule = new OutageRule(4);
  rule.failed(record(7, "before"), bug());
  rule.failed(record(9, "elsewhere", 1), bug());
  for (let again = 0; again < 10; again++) {
    rule.trying(record(8, "again"));
    rule.failed(record(8, "again"), bug());
  }
  assert.throws(() => rule.failed(record(9, "one more"), bug()));
});

/** What a record does to the handler. */
type Fate = "passes" | "judged" | "bug" | "unstorable";

const fates = fc.array(
  fc.record({
    fate: fc.constantFrom<Fate>("passes", "judged", "bug", "bug", "unstorable"),
    key: fc.constantFrom("a", "b", "c", "d", null),
  }),
  { minLength: 1, maxLength: 40 },
);

/** The offset at which the records, taken one by one, become an outage; their number if never. */
function outageAt(
  made: readonly { fate: Fate; key: string | null }[],
  afterKeys: number,
): number {
  const keys = new Set<string | number>();
  for (const [offset, { fate, key }] of made.entries()) {
    if (fate === "passes") keys.clear();
    if (fate !== "bug") continue;
    keys.add(key ?? offset);
    if (keys.size >= afterKeys) return offset;
  }
  return made.length;
}

test("whatever the batches and however often they are tried, nothing from an outage on is finished, and all before it", async () => {
  const judged: Outcome = {
    kind: "dead-letter",
    rejection: { code: "not_json", message: "m", issues: [] },
  };
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (made, afterKeys, batch) => {
        // As a database: a call passes whole or not at all.
        const handle: Handler = (records) => {
          const all = records.map(({ offset }) => made[offset]?.fate);
          const culprit = all.find((one) =>
            one === "bug" || one === "unstorable"
          );
          if (culprit !== undefined) {
            throw culprit === "bug" ? bug() : unstorable();
          }
          return Promise.resolve(
            all.map((one) => one === "judged" ? judged : done),
          );
        };
        const records = made.map(({ key }, offset) => record(offset, key));
        const rule = new OutageRule(afterKeys);
        const outage = outageAt(made, afterKeys);
        for (let start = 0; start < records.length; start += batch) {
          const part = records.slice(start, start + batch);
          if (outage >= start + part.length) {
            const outcomes = await isolate(handle, part, rule);
            assert.deepEqual(
              outcomes.map(({ kind }) => kind === "done"),
              part.map(({ offset }) => made[offset]?.fate === "passes"),
            );
            continue;
          }
          for (let again = 0; again < 3; again++) {
            await assert.rejects(
              isolate(handle, part, rule),
              OutageSuspectedError,
            );
          }
          return;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("an outage that ends leaves as dead letter only what is poison by itself", async () => {
  const rule = new OutageRule(3);
  let away = true;
  const handle: Handler = (records) => {
    if (away || records.some(({ offset }) => offset === 0)) throw bug();
    return Promise.resolve(records.map(() => done));
  };
  const records = ["a", "b", "c", "d"].map((key, n) => record(n, key));
  await assert.rejects(isolate(handle, records, rule), OutageSuspectedError);
  away = false;
  assert.deepEqual(
    (await isolate(handle, records, rule)).map(({ kind }) => kind),
    ["dead-letter", "done", "done", "done"],
  );
});
