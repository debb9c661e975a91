import { closeSync, openSync, readSync } from "node:fs";
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
 * Writes a byte a row, of several matrices one after another: 1 for a fraud that was known by then.
 *
 * @returns how many rows of each there are, and how many of them are frauds
 */
export function writeLabels(
  path: string,
  parts: readonly TrainingRows[],
): readonly { readonly payments: number; readonly frauds: number }[] {
  const file = openSync(path, "w");
  try {
    return parts.map((part) => {
      const labels = labelsOf(part);
      writeAll(file, labels);
      const frauds = labels.reduce((sum, one) => sum + one, 0);
      return { payments: labels.length, frauds };
    });
  } finally {
    closeSync(file);
  }
}

function labelsOf(
  { matrix: { fraudMs }, from, to, knownByMs }: TrainingRows,
): Uint8Array {
  return Uint8Array.from(
    fraudMs.subarray(from, to),
    (knownMs) => knownMs <= knownByMs ? 1 : 0,
  );
}

/** Rows of a matrix, as what trains is told of them. */
export function partOf({ matrix: { path }, from, to }: TrainingRows) {
  return { matrix: path, from, to };
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
