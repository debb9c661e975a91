import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Rates } from "../../../../workers/enrichment/features/rates.ts";
import type {
  BandCheck,
  BandCheckRow,
} from "../../../../workers/enrichment/risk/model_card.ts";
import type {
  Band,
  Scorer,
} from "../../../../workers/enrichment/risk/score.ts";
import { averagePrecision } from "../backtest/figures.ts";
import { labelledUntilMs } from "../backtest/folds.ts";
import { sha256OfFile } from "../file_hash.ts";
import { buildMatrix, type Matrix } from "../matrix/build_matrix.ts";
import { eachRow, rowAt } from "../training.ts";

const HOUR_MS = 3_600_000;
/** A payment is reported with those that have as long a history: from so many hours on, up to the next. */
const AGES_HOURS = [0, 1, 6, 24, 72, 336];

/** A payment as it was scored. */
type Judged = {
  readonly score: number;
  readonly band: Band;
  readonly isBaseRate: boolean;
  readonly isFraud: boolean;
};

/**
 * Scores the payments of a file as the worker would have, from a history that begins with the file, and says what is in the bands
 * by how long the history was. Payments at the end, of which disputes may be still to come, are left out.
 *
 * @param file of facts in order of time, as NDJSON
 * @param of.delayDays until a fraud is known, beside its dispute
 * @throws {StartError} if the file cannot be read, or its facts are not in order
 */
export async function checkBands(
  file: string,
  { scorer, delayDays, rates, workFolder }: {
    readonly scorer: Scorer;
    readonly delayDays: number;
    readonly rates: Rates | undefined;
    readonly workFolder: string;
  },
): Promise<BandCheck> {
  mkdirSync(workFolder, { recursive: true });
  const folder = await mkdtemp(join(workFolder, "check-"));
  try {
    const path = join(folder, "rows.f64");
    const matrix = await buildMatrix(file, path, { delayDays, rates });
    return {
      sha256: await sha256OfFile(file),
      by_history: bandsByHistory(matrix, scorer),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is in the bands, by how long the history was. */
export function bandsByHistory(
  matrix: Matrix,
  scorer: Scorer,
): readonly BandCheckRow[] {
  const to = rowAt(
    matrix.atMs,
    labelledUntilMs({
      lastPaymentMs: matrix.atMs.at(-1) ?? 0,
      endMs: matrix.endMs,
      lagsMs: matrix.lagsMs,
    }),
  );
  const ages = AGES_HOURS.map((): Judged[] => []);
  eachRow(matrix, { from: 0, to }, (row, n) => {
    const historyHours = Math.floor(
      ((matrix.atMs[n] ?? 0) - matrix.sinceMs) / HOUR_MS,
    );
    const { score, band, degraded } = scorer.score(row, historyHours);
    const age = AGES_HOURS.findLastIndex((from) => from <= historyHours);
    ages[age]?.push({
      score,
      band,
      isBaseRate: degraded.includes("short_history"),
      isFraud: (matrix.fraudMs[n] ?? Infinity) < Infinity,
    });
  });
  return ages.map((all, n) => rowOf(AGES_HOURS[n] ?? 0, all))
    .filter(({ payments }) => payments > 0);
}

function rowOf(from_hours: number, all: readonly Judged[]): BandCheckRow {
  const frauds = count(all, ({ isFraud }) => isFraud);
  const high = all.filter(({ band }) => band === "high");
  const either = all.filter(({ band }) => band !== "low");
  const [highFrauds, eitherFrauds] = [high, either].map((those) =>
    count(those, ({ isFraud }) => isFraud)
  );
  return {
    from_hours,
    payments: all.length,
    frauds,
    base_rate_share: share(
      count(all, ({ isBaseRate }) => isBaseRate),
      all.length,
    ) ?? 0,
    elevated_share: share(either.length - high.length, all.length) ?? 0,
    high_share: share(high.length, all.length) ?? 0,
    ...known("high_precision", share(highFrauds, high.length)),
    ...known("high_recall", share(highFrauds, frauds)),
    ...known("elevated_or_high_precision", share(eitherFrauds, either.length)),
    ...known("elevated_or_high_recall", share(eitherFrauds, frauds)),
    ...known(
      "average_precision",
      frauds === 0 ? undefined : rounded(averagePrecision({
        scores: Float64Array.from(all, ({ score }) => score),
        isFraud: Uint8Array.from(all, ({ isFraud }) => Number(isFraud)),
        day: new Float64Array(all.length),
      })),
    ),
  };
}

function count(
  all: readonly Judged[],
  isOne: (judged: Judged) => boolean,
): number {
  return all.reduce((sum, one) => sum + Number(isOne(one)), 0);
}

function share(part = 0, whole: number): number | undefined {
  return whole === 0 ? undefined : rounded(part / whole);
}

function known<K extends string>(key: K, value: number | undefined) {
  return value === undefined ? {} : { [key]: value };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
