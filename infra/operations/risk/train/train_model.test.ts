// What LightGBM would be given is looked at in the place of LightGBM, which is put on a machine only when
// somebody trains. All else is real.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { amountModel } from "#kit/amount_model.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { namedFeatures } from "../../../../workers/enrichment/features/features.ts";
import { ModelCard } from "../../../../workers/enrichment/risk/model_card.ts";
import { readScorer } from "../../../../workers/enrichment/risk/read_scorer.ts";
import { planeFacts } from "../plane/plane_facts.ts";
import type { TrainingJob } from "../python/python.ts";
import { trainModel, type TrainOptions } from "./train_model.ts";

const DAYS = 41;
const DAY_SECONDS = 86_400;

/** A row that was trained on: the day it was paid, and what is known of it. */
type Row = {
  readonly day: number;
  readonly isFraud: boolean;
  readonly named: Readonly<Record<string, number>>;
};

/**
 * Facts of one customer who pays once a day at noon, for 41 days: the amount is `above` and the number of the day. Every fifth
 * payment is a fraud, and disputed a week later.
 */
function factsAbove(above: number, isFraud = (day: number) => day % 5 === 0) {
  const payments = Array.from({ length: DAYS }, (_, day) => ({
    customer: 1,
    merchant: 1,
    second: day * DAY_SECONDS + DAY_SECONDS / 2,
    cents: (above + day) * 100,
    isFraud: isFraud(day),
  }));
  return `${[...planeFacts(payments)].join("\n")}\n`;
}

test("further facts are trained on up to their end, and the first ones up to the delay before the days they are tested on", async () => {
  const { own, more } = await trainOn({ delayDays: 3, testDays: 7 });
  // Labels are whole up to day 40; the history has to be a day long.
  assert.deepEqual(own.map(({ day }) => day), daysBetween(1, 30));
  assert.deepEqual(more.map(({ day }) => day), daysBetween(1, 40));
});

test("a fraud counts as one if it was known when the test began; in further facts, if it was disputed at all", async () => {
  const { own, more } = await trainOn({ delayDays: 3, testDays: 7 });
  const frauds = (rows: readonly Row[]) =>
    rows.filter(({ isFraud }) => isFraud).map(({ day }) => day);
  // Disputed a week later: that of day 25 before the test, which begins with day 33.
  assert.deepEqual(frauds(own), [5, 10, 15, 20, 25]);
  assert.deepEqual(frauds(more), [5, 10, 15, 20, 25, 30, 35]);
  const late = await trainOn({ delayDays: 0, testDays: 7 });
  // Day 30 is trained on, and was not known yet.
  assert.deepEqual(late.own.map(({ day }) => day), daysBetween(1, 33));
  assert.deepEqual(frauds(late.own), [5, 10, 15, 20, 25]);
});

test("to the features a fraud is known after the delay; in further facts, when it is disputed", async () => {
  const { own, more } = await trainOn({ delayDays: 10, testDays: 7 });
  const firstKnown = (rows: readonly Row[]) =>
    rows.find(({ named }) => named.customer_frauds_30d === 1)?.day;
  // Of day 0, disputed on day 7.
  assert.equal(firstKnown(own), 10);
  assert.equal(firstKnown(more), 7);
});

test("each file is a history that began with nothing", async () => {
  const { own, more } = await trainOn({ delayDays: 3, testDays: 7 });
  for (const [first] of [own, more]) {
    assert.equal(first?.day, 1);
    assert.equal(first.named.customer_payments_30d, 1);
    assert.equal(first.named.merchant_payments_30d, 1);
  }
});

test("the card says what each file was, and the base rate of all that was trained on", async () => {
  const { card, texts } = await trainOn({ delayDays: 3, testDays: 7 });
  const hash = (text: string) =>
    createHash("sha256").update(text).digest("hex");
  const { data: { more, about, ...own }, base_rate } = card;
  assert.equal(about, "Made-up payments");
  assert.deepEqual(own, {
    sha256: hash(texts.own),
    payments: 29,
    frauds: 5,
    from: "2026-01-02T12:00:00.000Z",
    until: "2026-01-30T12:00:00.000Z",
  });
  assert.deepEqual(more, [{
    sha256: hash(texts.more),
    payments: 39,
    frauds: 7,
    from: "2026-01-02T12:00:00.000Z",
    until: "2026-02-09T12:00:00.000Z",
  }]);
  assert.equal(base_rate, Math.round(12 / 68 * 1e6) / 1e6);
});

test("what is written is read as a model, with what its bands hold on the facts of --check", async () => {
  const { card, said, texts } = await trainOn({ delayDays: 3, testDays: 7 });
  const [checked, ...others] = card.checks ?? [];
  assert.deepEqual(others, []);
  assert.equal(
    checked?.sha256,
    createHash("sha256").update(texts.check).digest("hex"),
  );
  assert.match(said, /29 payments of .*own\.ndjson, 5 of them frauds/);
  assert.match(said, /history from/);
});

test("a file without a fraud to learn from is refused by its name, before anything is trained", async () => {
  const without = factsAbove(2_000, () => false);
  for (
    const [name, texts] of [
      ["own", { own: without }],
      ["more", { more: without }],
    ] as const
  ) {
    await assert.rejects(
      trainOn({ delayDays: 3, testDays: 7 }, {
        texts,
        trainer: () => assert.fail("It trains"),
      }),
      (error) => {
        assert.ok(error instanceof StartError);
        assert.match(
          error.message,
          new RegExp(`${name}\\.ndjson has no payment`),
        );
        return true;
      },
    );
  }
});

/** Trains on two files, and checks on a third. */
async function trainOn(
  options: Pick<TrainOptions, "delayDays" | "testDays">,
  { texts: others = {}, trainer }: {
    texts?: { readonly own?: string; readonly more?: string };
    trainer?: () => never;
  } = {},
) {
  const texts = {
    own: factsAbove(1_000),
    more: factsAbove(2_000),
    check: factsAbove(3_000),
    ...others,
  };
  const folder = mkdtempSync(join(tmpdir(), "eventflow-train-"));
  try {
    const pathOf = (name: string) => join(folder, `${name}.ndjson`);
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(pathOf(name), text);
    }
    let rows: readonly Row[] = [];
    const [to, workFolder] = [join(folder, "model"), join(folder, "work")];
    const said = await trainModel(
      pathOf("own"),
      {
        ...options,
        to,
        id: "test",
        about: "Made-up payments",
        also: [pathOf("more")],
        check: [pathOf("check")],
        minHistoryHours: 24,
        trees: 1,
        seed: 1,
        rates: undefined,
        workFolder,
      },
      trainer ?? ((job) => {
        rows = rowsOf(job);
        const [model] = job.models;
        writeFileSync(model?.model ?? "", amountModel([2_000], [-2, 2]));
        return Promise.resolve({ lightgbm: "none" });
      }),
    );
    assert.deepEqual(readdirSync(workFolder), []);
    const { model } = readScorer(to);
    const card = ModelCard.parse(
      JSON.parse(readFileSync(join(to, "card.json"), "utf8")),
    );
    assert.equal(model?.sha256, card.sha256);
    const isOwn = ({ named }: Row) => (named.amount ?? 0) < 2_000;
    return {
      own: rows.filter(isOwn),
      more: rows.filter((row) => !isOwn(row)),
      card,
      said,
      texts,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the first model of a job is trained on. */
function rowsOf({ width, models: [model] }: TrainingJob): readonly Row[] {
  const labels = readFileSync(model?.labels ?? "");
  const rows = (model?.parts ?? []).flatMap(({ matrix, from, to }) => {
    const numbers = new Float64Array(
      Uint8Array.from(readFileSync(matrix)).buffer,
    );
    return Array.from(
      { length: to - from },
      (_, n) => numbers.subarray((from + n) * width, (from + n + 1) * width),
    );
  });
  assert.equal(labels.length, rows.length);
  return rows.map((row, n) => {
    const named = namedFeatures(row);
    return {
      named,
      day: (named.amount ?? 0) % 1_000,
      isFraud: labels[n] === 1,
    };
  });
}

/** From the first day up to, and without, the last. */
function daysBetween(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
