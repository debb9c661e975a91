import assert from "node:assert/strict";
import { test } from "node:test";
import { fraudKinds } from "./fraud_kinds.ts";
import { newInstrument } from "./population.ts";
import type { Purchase } from "./purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { DISPUTE_DELAY_MS, storyOf, type Weather } from "./story.ts";

const purchase: Purchase = {
  atMs: 0,
  customer: "c1",
  merchant: "m1",
  instrument: newInstrument("c1i", seededRandom(1)),
  size: 1,
  ipCountry: "DE",
};

function stories(
  of: Partial<Purchase> = {},
  { weather, pace = 1 }: { weather?: Weather; pace?: number } = {},
) {
  const random = seededRandom(2);
  return Array.from(
    { length: 20_000 },
    () =>
      storyOf({ ...purchase, ...of }, {
        ...weather && { weather },
        pace,
        random,
      }),
  );
}

type Stories = ReturnType<typeof stories>;
const shareOf = (all: Stories, is: (one: Stories[number]) => boolean) =>
  all.filter(is).length / all.length;
const isFailed = ({ steps }: Stories[number]) => steps[0] === "failed";
const isDisputed = ({ steps }: Stories[number]) =>
  steps.includes("dispute_opened");

test("of usual payments some 8 in 100 fail, and hardly any is disputed", () => {
  const all = stories();
  const failed = shareOf(all, isFailed);
  assert.ok(failed > 0.07 && failed < 0.09, `${failed}`);
  const disputed = shareOf(all, isDisputed);
  assert.ok(disputed > 0 && disputed < 0.005, `${disputed}`);
  const forFraud = all.filter(isDisputed).filter(({ complaint }) =>
    complaint === "fraud"
  );
  assert.ok(forFraud.length < all.filter(isDisputed).length / 2);
});

test("most frauds that pass are disputed as fraud, a week later at the earliest", () => {
  for (const fraud of fraudKinds) {
    const passed = stories({ fraud }).filter((one) => !isFailed(one));
    const share = shareOf(passed, isDisputed);
    assert.ok(share > 0.8 && share < 0.9, `${fraud}: ${share}`);
    for (const { steps, afterMs, complaint } of passed) {
      const at = steps.indexOf("dispute_opened");
      if (at < 0) continue;
      assert.equal(complaint, "fraud");
      assert.ok((afterMs[at] ?? 0) >= DISPUTE_DELAY_MS);
    }
  }
});

test("at a faster pace the same follows sooner, and in the same order", () => {
  for (const { steps, afterMs } of stories({}, { pace: 1 / 5_000 })) {
    assert.equal(afterMs.length, steps.length);
    assert.ok(afterMs.every((ms, n) => n === 0 || ms > (afterMs[n - 1] ?? 0)));
    assert.ok((afterMs.at(-1) ?? 0) < 60 * 60_000);
  }
});

test("when approvals drop, payments fail as the issuer says", () => {
  const weather: Weather = { approval: 0.5, decline: "insufficient_funds" };
  const all = stories({}, { weather });
  const failed = shareOf(all, isFailed);
  assert.ok(failed > 0.48 && failed < 0.52, `${failed}`);
  assert.ok(
    all.filter(isFailed).every(({ decline }) => decline === weather.decline),
  );
});
