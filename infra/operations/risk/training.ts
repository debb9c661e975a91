import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import type { Matrix } from "./matrix/build_matrix.ts";
import { writeAll } from "./write_all.ts";

/**
 * How models are trained, in `backtest` and in `train`. One thread, and rows gathered in one order: the same rows and seed give the
 * same model, byte for byte.
 */
export function parametersFor(
  seed: number,
): Readonly<Record<string, number | string | boolean>> {
  return {
    objective: "binary",
    learning_rate: 0.05,
    max_depth: 4,
    num_leaves: 15,
    min_data_in_leaf: 50,
    feature_fraction: 0.5,
    bagging_fraction: 0.8,
    bagging_freq: 1,
    lambda_l2: 5,
    seed,
    deterministic: true,
    force_row_wise: true,
    num_threads: 1,
    verbosity: -1,
  };
}

/** Trees of a model. */
export const ROUNDS = 200;

/**
 * The first row of a time or later.
 *
 * @returns the number of rows if all are earlier
 */
export function rowAt(atMs: Float64Array, time: number): number {
  let [low, high] = [0, atMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atMs[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows of a matrix, and by when their labels have to be known. */
export type TrainingRows = {
  readonly matrix: Matrix;
  readonly from: number;
  readonly to: number;
  readonly knownByMs: number;
};

/**
 * Writes rows of several matrices one after another, and their labels likewise.
 *
 * @returns how many rows of each there are, and how many of them are frauds
 */
export function writeTrainingRows(
  paths: { readonly rows: string; readonly labels: string },
  parts: readonly TrainingRows[],
): readonly { readonly payments: number; readonly frauds: number }[] {
  const [rows, labels] = [
    openSync(paths.rows, "w"),
    openSync(paths.labels, "w"),
  ];
  try {
    return parts.map(({ matrix, from, to, knownByMs }) => {
      const width = matrix.width;
      const buffer = new Float64Array(ROWS_AT_ONCE * width);
      let buffered = 0;
      const flush = () => {
        writeAll(rows, new Uint8Array(buffer.buffer, 0, buffered * width * 8));
        buffered = 0;
      };
      eachRow(matrix, { from, to }, (row) => {
        buffer.set(row, buffered * width);
        if (++buffered === ROWS_AT_ONCE) flush();
      });
      flush();
      const its = labelsOf(matrix, { from, to, knownByMs });
      writeAll(labels, its);
      const frauds = its.reduce((sum, one) => sum + one, 0);
      return { payments: to - from, frauds };
    });
  } finally {
    closeSync(rows);
    closeSync(labels);
  }
}

function labelsOf(
  { fraudMs }: Matrix,
  { from, to, knownByMs }: { from: number; to: number; knownByMs: number },
): Uint8Array {
  return Uint8Array.from(
    fraudMs.subarray(from, to),
    (knownMs) => knownMs <= knownByMs ? 1 : 0,
  );
}

/**
 * Writes a byte a row: 1 for a fraud that was known by then.
 *
 * @returns how many are
 */
export function writeLabels(
  path: string,
  matrix: Matrix,
  rows: { from: number; to: number; knownByMs: number },
): number {
  const labels = labelsOf(matrix, rows);
  writeFileSync(path, labels);
  return labels.reduce((sum, one) => sum + one, 0);
}

const ROWS_AT_ONCE = 4_096;

/** Hands out rows of a matrix, one after another, in an array that is used again. */
export function eachRow(
  { path, width }: Matrix,
  { from, to }: { from: number; to: number },
  take: (row: Float64Array, n: number) => void,
): void {
  const file = openSync(path, "r");
  const bytes = new Uint8Array(ROWS_AT_ONCE * width * 8);
  const numbers = new Float64Array(bytes.buffer);
  try {
    for (let first = from; first < to; first += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, to - first);
      fill(file, bytes.subarray(0, count * width * 8), first * width * 8);
      for (let n = 0; n < count; n++) {
        take(numbers.subarray(n * width, (n + 1) * width), first + n);
      }
    }
  } finally {
    closeSync(file);
  }
}

function fill(file: number, bytes: Uint8Array, position: number): void {
  let read = 0;
  while (read < bytes.length) {
    const more = readSync(file, bytes, {
      offset: read,
      length: bytes.length - read,
      position: position + read,
    });
    if (more === 0) {
      throw new Error("The file of rows has fewer rows than it had.");
    }
    read += more;
  }
}
