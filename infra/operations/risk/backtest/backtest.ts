import { mkdtemp, readFile, rm } from "node:fs/promises";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import {
  featureNames,
  FEATURES_VERSION,
} from "../../../../workers/enrichment/features/features.ts";
import type { Rates } from "../../../../workers/enrichment/features/rates.ts";
import { probabilityOf } from "../../../../workers/enrichment/risk/scorer.ts";
import { readTreeModel } from "../../../../workers/enrichment/risk/tree_model.ts";
import { rawScore } from "../../../../workers/enrichment/risk/walk.ts";
import { buildMatrix, type Matrix } from "../matrix/build_matrix.ts";
import { train } from "../python/python.ts";
import {
  eachRow,
  parametersFor,
  partOf,
  ROUNDS,
  rowAt,
  writeLabels,
} from "../training.ts";
import {
  auc,
  averagePrecision,
  calibration,
  calibrationError,
  precisionAtTop,
  type Scored,
} from "./figures.ts";
import {
  type Fold,
  type FoldOptions,
  foldsOf,
  labelledUntilMs,
} from "./folds.ts";
import type { BacktestReport, Figures, FoldReport } from "./report.ts";

export type BacktestOptions = FoldOptions & {
  readonly dropKnown: boolean;
  readonly seed: number;
  readonly rates: Rates | undefined;
  /** Where files are put while it runs. */
  readonly workFolder: string;
  /** Told now and then what is done. */
  readonly progress: (line: string) => void;
};

const DAY_MS = 86_400_000;
const TOP = 100;

/**
 * Trains and tests as it would have been in time: each fold's model knows only what was known when its test began.
 *
 * @param file of facts in order of time, as NDJSON
 * @throws {StartError} if the file cannot be read, is too short, or nothing can be trained
 */
export async function backtest(
  file: string,
  options: BacktestOptions,
): Promise<BacktestReport> {
  mkdirSync(options.workFolder, { recursive: true });
  const folder = await mkdtemp(join(options.workFolder, "backtest-"));
  try {
    return await backtestIn(folder, file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function backtestIn(
  folder: string,
  file: string,
  options: BacktestOptions,
): Promise<BacktestReport> {
  const { progress, seed } = options;
  const began = performance.now();
  const matrix = await buildMatrix(file, join(folder, "rows.f64"), options);
  const built = performance.now();
  progress(`${matrix.rows} payments have their features.`);
  const { folds, untilMs } = foldsIn(matrix, options);
  const models = folds.map((fold, n) => {
    const rows = {
      matrix,
      from: rowAt(matrix.atMs, fold.trainFromMs),
      to: rowAt(matrix.atMs, fold.trainToMs),
      knownByMs: fold.testFromMs,
    };
    const labels = join(folder, `labels-${n}`);
    const [count] = writeLabels(labels, [rows]);
    const model = join(folder, `model-${n}.txt`);
    return { parts: [partOf(rows)], labels, model, count };
  });
  const parameters = parametersFor(seed);
  const versions = await train({
    width: matrix.width,
    features: featureNames,
    parameters,
    rounds: ROUNDS,
    models,
  });
  const trained = performance.now();
  progress(`${models.length} models are trained.`);
  const reports: FoldReport[] = [];
  for (const [n, fold] of folds.entries()) {
    const { count, model = "" } = models[n] ?? {};
    const { dropped, ...scored } = scoresOf(matrix, fold, {
      text: await readFile(model, "utf8"),
      dropKnown: options.dropKnown,
    });
    reports.push({
      train_from: isoDay(fold.trainFromMs),
      train_to: isoDay(fold.trainToMs),
      test_from: isoDay(fold.testFromMs),
      test_to: isoDay(fold.testToMs),
      trained_on: count?.payments ?? 0,
      trained_frauds: count?.frauds ?? 0,
      tested: scored.scores.length,
      tested_frauds: scored.isFraud.reduce((sum, one) => sum + one, 0),
      dropped,
      figures: figuresOf(scored),
      calibration: calibration(scored),
    });
  }
  const precisions = reports.map(({ figures }) => figures.average_precision);
  return {
    file,
    events: matrix.events,
    payments: matrix.rows,
    frauds: matrix.lagsMs.length,
    skipped: matrix.skipped,
    options: {
      train_days: options.trainDays,
      delay_days: options.delayDays,
      test_days: options.testDays,
      folds: options.folds,
      drop_known: options.dropKnown,
      seed,
    },
    features_version: FEATURES_VERSION,
    features: [...featureNames],
    parameters,
    rounds: ROUNDS,
    versions,
    labelled_until: new Date(untilMs).toISOString(),
    folds: reports,
    mean: meanOf(reports.map(({ figures }) => figures)),
    standard_deviation: deviationOf(precisions),
    seconds: {
      features: seconds(began, built),
      training: seconds(built, trained),
      scoring: seconds(trained, performance.now()),
    },
  };
}

function foldsIn(matrix: Matrix, options: BacktestOptions) {
  const startMs = matrix.atMs[0];
  const lastPaymentMs = matrix.atMs.at(-1);
  if (startMs === undefined || lastPaymentMs === undefined) {
    throw refusal(`The file has no ${PAYMENT_AUTHORIZED}.`);
  }
  if (matrix.lagsMs.length === 0) {
    throw refusal(
      `The file has no ${PAYMENT_DISPUTED} with the reason_class "fraud" behind its payment: there is nothing to learn from.`,
    );
  }
  const untilMs = labelledUntilMs({
    lastPaymentMs,
    endMs: matrix.endMs,
    lagsMs: matrix.lagsMs,
  });
  // The first day may begin late, and is a day.
  const first = Math.floor(startMs / DAY_MS) * DAY_MS;
  const folds = foldsOf({ startMs: first, endMs: untilMs }, options);
  if (folds.length > 0) return { folds, untilMs };
  const { trainDays, delayDays, testDays } = options;
  throw refusal(
    `One fold takes ${
      trainDays + delayDays + testDays
    } days of payments whose labels are known, and the file has ${
      Math.max(0, Math.floor((untilMs - first) / DAY_MS))
    }: give fewer --train-days or --test-days.`,
  );
}

function scoresOf(
  matrix: Matrix,
  fold: Fold,
  { text, dropKnown }: { text: string; dropKnown: boolean },
): Scored & { readonly dropped: number } {
  const model = readTreeModel(text);
  const from = rowAt(matrix.atMs, fold.testFromMs);
  const to = rowAt(matrix.atMs, fold.testToMs);
  const knownMs = dropKnown
    ? knownFrom(matrix, fold)
    : new Map<number, number>();
  const [scores, isFraud, days]: [number[], number[], number[]] = [[], [], []];
  eachRow(matrix, { from, to }, (row, n) => {
    const day = Math.floor((matrix.atMs[n] ?? 0) / DAY_MS);
    const known = knownMs.get(matrix.customer[n] ?? -1) ?? Infinity;
    if (known <= day * DAY_MS) return;
    scores.push(probabilityOf(rawScore(model, row), model.sigmoid));
    isFraud.push((matrix.fraudMs[n] ?? Infinity) < Infinity ? 1 : 0);
    days.push(day);
  });
  return {
    scores: Float64Array.from(scores),
    isFraud: Uint8Array.from(isFraud),
    day: Float64Array.from(days),
    dropped: to - from - scores.length,
  };
}

/** From when on each customer was known for a fraud, of those that were paid since the training period began. */
function knownFrom(matrix: Matrix, fold: Fold): ReadonlyMap<number, number> {
  const known = new Map<number, number>();
  const to = rowAt(matrix.atMs, fold.testToMs);
  for (let n = rowAt(matrix.atMs, fold.trainFromMs); n < to; n++) {
    const [customer = -1, atMs = Infinity] = [
      matrix.customer[n],
      matrix.fraudMs[n],
    ];
    if (customer < 0 || atMs === Infinity) continue;
    known.set(customer, Math.min(atMs, known.get(customer) ?? Infinity));
  }
  return known;
}

function figuresOf(scored: Scored): Figures {
  return {
    auc: finite(auc(scored)),
    average_precision: finite(averagePrecision(scored)),
    precision_at_top_100_per_day: finite(precisionAtTop(scored, TOP)),
    calibration_error: finite(calibrationError(calibration(scored))),
  };
}

function meanOf(all: readonly Figures[]): Figures {
  const mean = (key: keyof Figures) => {
    const known = all.map((one) => one[key]).filter((one) => one !== null);
    return finite(known.reduce((sum, one) => sum + one, 0) / known.length);
  };
  return {
    auc: mean("auc"),
    average_precision: mean("average_precision"),
    precision_at_top_100_per_day: mean("precision_at_top_100_per_day"),
    calibration_error: mean("calibration_error"),
  };
}

/** Of a sample: divided by one less than there are. */
function deviationOf(all: readonly (number | null)[]): number | null {
  const known = all.filter((one) => one !== null);
  const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
  const squares = known.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return finite(Math.sqrt(squares / (known.length - 1)));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function seconds(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function refusal(message: string): StartError {
  return new StartError(message, { exitCode: exitCodes.config });
}
