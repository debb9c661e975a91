import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { amountModel, cardOf } from "#kit/amount_model.ts";
import { scorerOf } from "../../../../workers/enrichment/risk/scorer.ts";
import type { PlanePayment } from "../plane/plane.ts";
import { planeFacts } from "../plane/plane_facts.ts";
import { checkBands } from "./check_bands.ts";
import { printedCheck } from "./print.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Up to 100 a payment is low, up to 200 elevated, above that high. */
const MODEL = amountModel([100, 200], [-2, -1, 2]);
const scorer = scorerOf(MODEL, cardOf(MODEL));

const low = (second: number) => payment(second, 50, false);
const lowFraud = (second: number) => payment(second, 50, true);
const elevated = (second: number) => payment(second, 150, false);
const elevatedFraud = (second: number) => payment(second, 150, true);
const high = (second: number) => payment(second, 300, false);
const highFraud = (second: number) => payment(second, 300, true);

/** So much later that every dispute of the payments before has had its time to come. */
const end = low(60 * DAY);

test("bands hold the payments of their scores, beside the frauds that they find and miss", async () => {
  const { by_history } = await check([
    low(0),
    ...Array.from({ length: 4 }, (_, n) => low(80 * HOUR + n)),
    lowFraud(81 * HOUR),
    elevated(82 * HOUR),
    elevatedFraud(83 * HOUR),
    high(84 * HOUR),
    highFraud(85 * HOUR),
    highFraud(86 * HOUR),
    end,
  ]);
  assert.deepEqual(by_history.find(({ from_hours }) => from_hours === 72), {
    from_hours: 72,
    payments: 10,
    frauds: 4,
    base_rate_share: 0,
    elevated_share: 0.2,
    high_share: 0.3,
    high_precision: 0.6667,
    high_recall: 0.5,
    elevated_or_high_precision: 0.6,
    elevated_or_high_recall: 0.75,
    // 2 of 4 at 2/3, 1 of 4 at 3/5, 1 of 4 at 4/10.
    average_precision: 0.5833,
  });
});

test("a payment is reported with those whose history reaches as far back, from the first fact of the file on", async () => {
  const begin = 5 * DAY;
  const after = [0, 0.99, 1, 5.99, 6, 23.99, 24, 71.99, 72, 335.99, 336];
  const { by_history } = await check([
    ...after.map((hours) => low(begin + hours * HOUR)),
    lowFraud(begin + 400 * HOUR),
    end,
  ]);
  assert.deepEqual(
    by_history.map(({ from_hours, payments }) => [from_hours, payments]),
    [[0, 2], [1, 2], [6, 2], [24, 2], [72, 2], [336, 2]],
  );
});

test("before the history is as long as the model needs, a payment has the base rate and is in no band", async () => {
  const { by_history } = await check([
    low(0),
    highFraud(7 * HOUR),
    highFraud(23 * HOUR),
    highFraud(25 * HOUR),
    end,
  ]);
  const shares = by_history.map(({ from_hours, ...row }) => [
    from_hours,
    row.base_rate_share,
    row.high_share,
    row.high_recall,
  ]);
  assert.deepEqual(shares, [
    [0, 1, 0, undefined],
    [6, 1, 0, 0],
    [24, 0, 1, 1],
  ]);
});

test("payments at the end, of which disputes may be still to come, are left out", async () => {
  const { by_history } = await check([
    ...Array.from({ length: 20 }, (_, day) => highFraud(day * DAY + 1)),
    ...Array.from({ length: 8 }, (_, day) => low((20 + day) * DAY + 1)),
  ]);
  // Disputes come a week later, and the last event is of day 27: what was paid from day 20 on may be a fraud.
  const payments = by_history.reduce((sum, row) => sum + row.payments, 0);
  assert.equal(payments, 20);
});

test("a check says which facts it is of, and leaves no files behind", async () => {
  const payments = [lowFraud(0), end];
  const { sha256 } = await check(payments);
  const hash = createHash("sha256").update(textOf(payments));
  assert.equal(sha256, hash.digest("hex"));
});

test("a person is shown a dash where there is nothing to share", async () => {
  const printed = printedCheck(await check([low(0), lowFraud(30 * HOUR), end]));
  const [head, first, second] = printed.split("\n").map((line) =>
    line.split(/ {2,}/)
  );
  const column = (line: readonly string[] | undefined, name: string) =>
    line?.[head?.indexOf(name) ?? -1];
  assert.equal(column(first, "history from"), "0 h");
  assert.equal(column(first, "recall of high"), "–");
  assert.equal(column(first, "average precision"), "–");
  assert.equal(column(second, "history from"), "24 h");
  assert.equal(column(second, "recall of high"), "0.00 %");
  assert.equal(column(second, "precision of high"), "–");
  assert.equal(column(second, "average precision"), "1.000");
});

async function check(payments: readonly PlanePayment[]) {
  const folder = mkdtempSync(join(tmpdir(), "eventflow-check-"));
  try {
    const file = join(folder, "facts.ndjson");
    const workFolder = join(folder, "work");
    writeFileSync(file, textOf(payments));
    const options = { scorer, delayDays: 0, rates: undefined, workFolder };
    const checked = await checkBands(file, options);
    assert.deepEqual(readdirSync(workFolder), []);
    return checked;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function textOf(payments: readonly PlanePayment[]): string {
  return `${[...planeFacts(payments)].join("\n")}\n`;
}

function payment(
  second: number,
  amount: number,
  isFraud: boolean,
): PlanePayment {
  return { customer: 1, merchant: 1, second, cents: amount * 100, isFraud };
}
