import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import {
  featureNames,
  FEATURES_VERSION,
} from "../../../../workers/enrichment/features/features.ts";
import type { Rates } from "../../../../workers/enrichment/features/rates.ts";
import { ModelCard } from "../../../../workers/enrichment/risk/model_card.ts";
import { probabilityOf } from "../../../../workers/enrichment/risk/scorer.ts";
import { readTreeModel } from "../../../../workers/enrichment/risk/tree_model.ts";
import { rawScore } from "../../../../workers/enrichment/risk/walk.ts";
import { auc, averagePrecision, type Scored } from "../backtest/figures.ts";
import { labelledUntilMs } from "../backtest/folds.ts";
import { buildMatrix, type Matrix } from "../matrix/build_matrix.ts";
import { train } from "../python/python.ts";
import { eachRow, parametersFor, rowAt, writeLabels } from "../training.ts";

export type TrainOptions = {
  readonly to: string;
  readonly id: string;
  readonly about: string;
  readonly delayDays: number;
  /** Days at the end that it is measured on, and not trained. */
  readonly testDays: number;
  readonly trees: number;
  readonly seed: number;
  readonly rates: Rates | undefined;
  readonly workFolder: string;
};

const DAY_MS = 86_400_000;
/** History that features need before they say something. */
const WARM_UP_DAYS = 14;
/** A score in these shares of the highest is in a band. */
const ELEVATED_SHARE = 0.02;
const HIGH_SHARE = 0.005;

const notFor = [
  "Blocking, refusing or reporting a payment or a person without somebody looking at it.",
  "Any decision about payments that are unlike those it was trained on; judge it with risk backtest on your own first.",
  "Judging people: it knows payments, and nothing of who made them.",
];

/**
 * Trains a model on the payments of a file but the last days, measures it on these, and writes it with its card.
 *
 * @returns what was written, for a person
 * @throws {StartError} if there is too little to train on, or nothing to train with
 */
export async function trainModel(
  file: string,
  options: TrainOptions,
): Promise<string> {
  mkdirSync(options.workFolder, { recursive: true });
  const folder = await mkdtemp(join(options.workFolder, "train-"));
  try {
    return await trainIn(folder, file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainIn(
  folder: string,
  file: string,
  options: TrainOptions,
): Promise<string> {
  const { delayDays, testDays, trees, seed } = options;
  const matrix = await buildMatrix(file, join(folder, "rows.f64"), options);
  const untilMs = labelledUntilMs({
    lastPaymentMs: matrix.atMs.at(-1) ?? 0,
    endMs: matrix.endMs,
    lagsMs: matrix.lagsMs,
  });
  const testFromMs = untilMs - testDays * DAY_MS;
  const toMs = testFromMs - delayDays * DAY_MS;
  const fromMs = Math.min((matrix.atMs[0] ?? 0) + WARM_UP_DAYS * DAY_MS, toMs);
  const [from, to] = [rowAt(matrix.atMs, fromMs), rowAt(matrix.atMs, toMs)];
  const labels = join(folder, "labels");
  const knownByMs = testFromMs;
  const frauds = writeLabels(labels, matrix, { from, to, knownByMs });
  if (frauds === 0) {
    throw new StartError(
      `Between ${WARM_UP_DAYS} days after its begin and ${
        testDays + delayDays
      } days before its end, ${file} has no payment that is known as a fraud: there is nothing to learn from.`,
      { exitCode: exitCodes.config },
    );
  }
  const parameters = parametersFor(seed);
  const model = join(folder, "model.txt");
  const versions = await train({
    matrix: matrix.path,
    width: matrix.width,
    features: featureNames,
    parameters,
    rounds: trees,
    models: [{ from, to, labels, model }],
  });
  const text = await readFile(model, "utf8");
  const rows = {
    from: rowAt(matrix.atMs, testFromMs),
    to: rowAt(matrix.atMs, untilMs),
  };
  const scored = scoresOf(matrix, text, rows);
  const card = ModelCard.parse({
    id: options.id,
    sha256: createHash("sha256").update(text).digest("hex"),
    features_version: FEATURES_VERSION,
    data: {
      about: options.about,
      sha256: await sha256Of(file),
      payments: to - from,
      frauds,
      from: new Date(fromMs).toISOString(),
      until: new Date(toMs).toISOString(),
    },
    seed,
    parameters: { ...parameters, rounds: trees },
    versions,
    base_rate: rounded(frauds / (to - from)),
    bands: {
      elevated: quantile(scored.scores, ELEVATED_SHARE),
      high: quantile(scored.scores, HIGH_SHARE),
    },
    worth: worthOf(scored, { testDays, frauds }),
    not_for: notFor,
  });
  mkdirSync(options.to, { recursive: true });
  await writeFile(join(options.to, "model.txt"), text);
  await writeFile(
    join(options.to, "card.json"),
    `${JSON.stringify(card, null, 2)}\n`,
  );
  return `${options.to} has the model ${card.id}, trained on ${
    card.data.payments.toLocaleString("en")
  } payments, ${
    frauds.toLocaleString("en")
  } of them frauds. On the ${testDays} days at the end: average precision ${
    card.worth.average_precision ?? "unknown"
  }, AUC ${card.worth.auc ?? "unknown"}.`;
}

function scoresOf(
  matrix: Matrix,
  text: string,
  { from, to }: { from: number; to: number },
): Scored {
  const model = readTreeModel(text);
  const scores = new Float64Array(to - from);
  eachRow(matrix, { from, to }, (row, n) => {
    scores[n - from] = probabilityOf(rawScore(model, row), model.sigmoid);
  });
  const isFraud = Uint8Array.from(
    matrix.fraudMs.subarray(from, to),
    (knownMs) => knownMs < Infinity ? 1 : 0,
  );
  return { scores, isFraud, day: new Float64Array(to - from) };
}

function worthOf(
  scored: Scored,
  { testDays }: { testDays: number; frauds: number },
): ModelCard["worth"] {
  const [precision, area] = [averagePrecision(scored), auc(scored)];
  const frauds = scored.isFraud.reduce((sum, one) => sum + one, 0);
  const about =
    `Measured on ${scored.scores.length} payments of the last ${testDays} days of the same source, ${frauds} of them frauds. It says how well the model knows this source, and nothing of another.`;
  return {
    about,
    ...Number.isFinite(precision) && { average_precision: rounded(precision) },
    ...Number.isFinite(area) && { auc: rounded(area) },
  };
}

/** From which score on a payment is among so great a share of the highest. */
function quantile(scores: Float64Array, share: number): number {
  const sorted = scores.slice().sort();
  return rounded(sorted[Math.floor(sorted.length * (1 - share))] ?? 1);
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
