import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import {
  featureNames,
  FEATURES_VERSION,
} from "../../../../workers/enrichment/features/features.ts";
import type { Rates } from "../../../../workers/enrichment/features/rates.ts";
import {
  type BandCheck,
  ModelCard,
} from "../../../../workers/enrichment/risk/model_card.ts";
import type { Scorer } from "../../../../workers/enrichment/risk/score.ts";
import {
  probabilityOf,
  scorerOf,
} from "../../../../workers/enrichment/risk/scorer.ts";
import { readTreeModel } from "../../../../workers/enrichment/risk/tree_model.ts";
import { rawScore } from "../../../../workers/enrichment/risk/walk.ts";
import { auc, averagePrecision, type Scored } from "../backtest/figures.ts";
import { labelledUntilMs } from "../backtest/folds.ts";
import { buildMatrix, type Matrix } from "../matrix/build_matrix.ts";
import { train } from "../python/python.ts";
import { checkBands } from "../check/check_bands.ts";
import { printedCheck } from "../check/print.ts";
import { sha256OfFile } from "../file_hash.ts";
import {
  eachRow,
  parametersFor,
  partOf,
  rowAt,
  type TrainingRows,
  writeLabels,
} from "../training.ts";

export type TrainOptions = {
  readonly to: string;
  readonly id: string;
  readonly about: string;
  /** Further files to train on, each a history that began with nothing. A fraud in them is known when it is disputed. */
  readonly also: readonly string[];
  /** Files that its bands are measured on. */
  readonly check: readonly string[];
  /** How far the history has to reach back before a payment is trained on, or scored. */
  readonly minHistoryHours: number;
  readonly delayDays: number;
  /** Days at the end that it is measured on, and not trained. */
  readonly testDays: number;
  readonly trees: number;
  readonly seed: number;
  readonly rates: Rates | undefined;
  readonly workFolder: string;
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
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
 * @param trainer writes the model's text of rows and labels, and says with which versions
 * @returns what was written, for a person
 * @throws {StartError} if there is too little to train on, or nothing to train with
 */
export async function trainModel(
  file: string,
  options: TrainOptions,
  trainer = train,
): Promise<string> {
  mkdirSync(options.workFolder, { recursive: true });
  const folder = await mkdtemp(join(options.workFolder, "train-"));
  try {
    return await trainIn(folder, file, { ...options, trainer });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainIn(
  folder: string,
  file: string,
  options: TrainOptions & { readonly trainer: typeof train },
): Promise<string> {
  const { rates, delayDays } = options;
  const sources: Source[] = [];
  for (const [n, path] of [file, ...options.also].entries()) {
    const delay = n === 0 ? delayDays : 0;
    sources.push({
      file: path,
      matrix: await buildMatrix(path, join(folder, `rows-${n}.f64`), {
        delayDays: delay,
        rates,
      }),
    });
  }
  const { text, card, scorer } = await trainOn(sources, folder, options);
  const checks: BandCheck[] = [];
  for (const path of options.check) {
    checks.push(await checkBands(path, { ...options, delayDays: 0, scorer }));
  }
  mkdirSync(options.to, { recursive: true });
  await writeFile(join(options.to, "model.txt"), text);
  await writeFile(
    join(options.to, "card.json"),
    `${
      JSON.stringify({ ...card, ...checks.length > 0 && { checks } }, null, 2)
    }\n`,
  );
  const { data: { payments, frauds }, worth } = card;
  const said = `${options.to} has the model ${card.id}, trained on ${
    payments.toLocaleString("en")
  } payments of ${file}, ${
    frauds.toLocaleString("en")
  } of them frauds. On the ${options.testDays} days at the end: average precision ${
    worth.average_precision ?? "unknown"
  }, AUC ${worth.auc ?? "unknown"}.`;
  return [said, ...checks.map(printedCheck)].join("\n\n");
}

/** Facts with the features of their payments. */
type Source = { readonly file: string; readonly matrix: Matrix };

/**
 * Trains on the first source but its last days, and on all of the others.
 *
 * @throws {StartError} if one of them has no fraud to learn from
 */
async function trainOn(
  sources: readonly Source[],
  folder: string,
  options:
    & Omit<TrainOptions, "to" | "also" | "check" | "rates" | "workFolder">
    & { readonly trainer: typeof train },
): Promise<{ text: string; card: ModelCard; scorer: Scorer }> {
  const { delayDays, testDays, trees, seed, minHistoryHours, trainer } =
    options;
  const [first, ...others] = sources;
  if (first === undefined) throw new RangeError("There is nothing to train on");
  const { matrix } = first;
  const untilMs = labelledUntil(matrix);
  const testFromMs = untilMs - testDays * DAY_MS;
  const own = rowsOf(matrix, {
    minHistoryHours,
    toMs: testFromMs - delayDays * DAY_MS,
    knownByMs: testFromMs,
  });
  const parts = [
    own,
    ...others.map(({ matrix: its }) =>
      rowsOf(its, {
        minHistoryHours,
        toMs: labelledUntil(its),
        knownByMs: its.endMs,
      })
    ),
  ];
  const labels = join(folder, "labels");
  const counts = writeLabels(labels, parts);
  for (const [n, { file }] of sources.entries()) {
    if ((counts[n]?.frauds ?? 0) > 0) continue;
    const end = n === 0
      ? `${testDays + delayDays} days before its end`
      : "its end";
    throw new StartError(
      `Between ${minHistoryHours} hours after its begin and ${end}, ${file} has no payment that is known as a fraud: there is nothing to learn from.`,
      { exitCode: exitCodes.config },
    );
  }
  const sum = (key: "payments" | "frauds") =>
    counts.reduce((all, one) => all + one[key], 0);
  const parameters = parametersFor(seed);
  const model = join(folder, "model.txt");
  const versions = await trainer({
    width: matrix.width,
    features: featureNames,
    parameters,
    rounds: trees,
    models: [{ parts: parts.map(partOf), labels, model }],
  });
  const text = await readFile(model, "utf8");
  const scored = scoresOf(matrix, text, {
    from: rowAt(matrix.atMs, testFromMs),
    to: rowAt(matrix.atMs, untilMs),
  });
  const [source, ...more] = await Promise.all(
    sources.map(async ({ file }, n) => ({
      sha256: await sha256OfFile(file),
      payments: counts[n]?.payments ?? 0,
      frauds: counts[n]?.frauds ?? 0,
      ...timesOf(parts[n] ?? own),
    })),
  );
  const card = ModelCard.parse({
    id: options.id,
    sha256: createHash("sha256").update(text).digest("hex"),
    features_version: FEATURES_VERSION,
    data: { about: options.about, ...source, ...more.length > 0 && { more } },
    seed,
    parameters: { ...parameters, rounds: trees },
    versions,
    base_rate: rounded(sum("frauds") / sum("payments")),
    min_history_hours: minHistoryHours,
    bands: {
      elevated: quantile(scored.scores, ELEVATED_SHARE),
      high: quantile(scored.scores, HIGH_SHARE),
    },
    worth: worthOf(scored, { testDays }),
    not_for: notFor,
  });
  return { text, card, scorer: scorerOf(text, card) };
}

function labelledUntil({ atMs, endMs, lagsMs }: Matrix): number {
  const lastPaymentMs = atMs.at(-1) ?? 0;
  return labelledUntilMs({ lastPaymentMs, endMs, lagsMs });
}

function rowsOf(
  matrix: Matrix,
  { minHistoryHours, toMs, knownByMs }: {
    readonly minHistoryHours: number;
    readonly toMs: number;
    readonly knownByMs: number;
  },
): TrainingRows {
  const fromMs = Math.min(matrix.sinceMs + minHistoryHours * HOUR_MS, toMs);
  return {
    matrix,
    from: rowAt(matrix.atMs, fromMs),
    to: rowAt(matrix.atMs, toMs),
    knownByMs,
  };
}

/** When the first and the last of rows were. */
function timesOf({ matrix: { atMs }, from, to }: TrainingRows) {
  const isoOf = (n: number) => new Date(atMs[n] ?? 0).toISOString();
  return { from: isoOf(from), until: isoOf(Math.max(from, to - 1)) };
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
  { testDays }: { testDays: number },
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
