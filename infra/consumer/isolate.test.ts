import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { FatalError, PoisonError, TransientError } from "#runtime/errors.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, type Handler } from "./handler.ts";
import { isolate } from "./isolate.ts";
import { OutageRule, OutageSuspectedError } from "./outage_rule.ts";

const records = (length: number): ReceivedRecord[] =>
  Array.from({ length }, (_, offset) => ({
    topic: "t",
    partition: 0,
    offset,
    timestampMs: 0,
    key: null,
    value: Buffer.from(String(offset)),
    headers: [],
  }));

const notStorable = (offsets: readonly number[]) =>
  new PoisonError({ code: "not_storable", message: `${offsets}`, issues: [] });

/** Refuses a batch whole if any of `bad` is in it, as a database refuses a statement. */
function refusing(
  bad: ReadonlySet<number>,
  calls: number[][],
  errorOf: (offsets: readonly number[]) => Error = notStorable,
): Handler {
  return (batch) => {
    const offsets = batch.map(({ offset }) => offset);
    calls.push(offsets);
    const culprit = offsets.find((offset) => bad.has(offset));
    return culprit === undefined
      ? Promise.resolve(batch.map(() => done))
      : Promise.reject(errorOf(offsets));
  };
}

test("exactly the records at fault become dead letters, each named by itself", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat(59)),
      async (length, bad) => {
        const outcomes = await isolate(
          refusing(new Set(bad), []),
          records(length),
        );
        outcomes.forEach((outcome, offset) => {
          assert.equal(outcome.kind === "dead-letter", bad.includes(offset));
          if (outcome.kind === "dead-letter") {
            assert.equal(outcome.rejection.message, String(offset));
          }
        });
        assert.equal(outcomes.length, length);
      },
    ),
  );
});

test("one poison record among 500 costs at most 18 further calls, in order", async () => {
  const calls: number[][] = [];
  await isolate(refusing(new Set([250]), calls), records(500));
  assert.ok(calls.length <= 19, `${calls.length}`);
  const handled = calls.filter((one) => !one.includes(250)).flat();
  assert.deepEqual(handled, [...handled].sort((a, b) => a - b));
});

test("an outage among 500 records is found within 30 calls", async () => {
  const calls: number[][] = [];
  const all = records(500);
  await assert.rejects(
    isolate(
      refusing(
        new Set(all.map(({ offset }) => offset)),
        calls,
        () => new TypeError("bug"),
      ),
      all,
      new OutageRule(5),
    ),
    OutageSuspectedError,
  );
  assert.ok(calls.length <= 30, `${calls.length}`);
});

test("500 records in a row whose content is refused are 500 dead letters, and the good one behind them is done", async () => {
  const all = records(501);
  const bad = new Set(all.slice(0, 500).map(({ offset }) => offset));
  const outcomes = await isolate(refusing(bad, []), all, new OutageRule(5));
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    [...Array.from(bad, () => "dead-letter"), "done"],
  );
});

test("a TypeError blames its record; what is to be retried or fatal passes through", async () => {
  const [outcome] = await isolate(
    () => Promise.reject(new TypeError("bug")),
    records(1),
  );
  assert.equal(
    outcome?.kind === "dead-letter" && outcome.rejection.code,
    "unexpected_error",
  );
  for (const error of [new TransientError("away"), new FatalError("broken")]) {
    await assert.rejects(
      isolate(() => Promise.reject(error), records(8)),
      error,
    );
  }
});
