/**
 * What a backtest says, for programs (`--json`) and for whoever prints it.
 *
 * @module
 */
import { z } from "zod";

import type { CalibrationBin } from "./figures.ts";

export type { CalibrationBin };

const Count = z.int().min(0);
/** `null` where it cannot be worked out: no fraud, or nothing else. */
const Figure = z.number().nullable();

export const Figures = z.object({
  auc: Figure,
  average_precision: Figure,
  precision_at_top_100_per_day: Figure,
  calibration_error: Figure,
});
export type Figures = z.infer<typeof Figures>;

export const FoldReport = z.object({
  train_from: z.string(),
  train_to: z.string(),
  test_from: z.string(),
  test_to: z.string(),
  trained_on: Count,
  trained_frauds: Count,
  tested: Count,
  tested_frauds: Count,
  /** Left out by --drop-known. */
  dropped: Count,
  figures: Figures,
  calibration: z.array(z.object({
    below: z.number(),
    payments: Count,
    predicted: z.number(),
    observed: z.number(),
  })),
});
export type FoldReport = z.infer<typeof FoldReport>;

export const BacktestReport = z.object({
  file: z.string(),
  events: Count,
  payments: Count,
  frauds: Count,
  skipped: z.object({ known: Count, early_disputes: Count }),
  options: z.object({
    train_days: Count,
    delay_days: Count,
    test_days: Count,
    folds: Count,
    drop_known: z.boolean(),
    seed: z.int(),
  }),
  features_version: Count,
  features: z.array(z.string()),
  parameters: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.boolean()]),
  ),
  rounds: Count,
  versions: z.record(z.string(), z.string()),
  labelled_until: z.string(),
  folds: z.array(FoldReport),
  mean: Figures,
  /** Of average precision, between folds. */
  standard_deviation: Figure,
  seconds: z.object({
    features: z.number(),
    training: z.number(),
    scoring: z.number(),
  }),
});
export type BacktestReport = z.infer<typeof BacktestReport>;
