import { alignColumns } from "#runtime/columns.ts";
import type { BacktestReport, CalibrationBin, Figures } from "./report.ts";

const count = (value: number) => value.toLocaleString("en");
const figure = (value: number | null) =>
  value === null ? "–" : value.toFixed(3);
const share = (value: number) => `${(100 * value).toFixed(2)} %`;

/** A backtest for a person: each fold, their mean, and how far predictions are off. */
export function printed(report: BacktestReport): string {
  const { folds, mean, standard_deviation, seconds, options } = report;
  return [
    `${count(report.payments)} payments, ${
      count(report.frauds)
    } of them disputed as frauds, in ${report.file}.`,
    `Each fold: ${options.train_days} days of training, ${options.delay_days} days of delay, ${options.test_days} days of test${
      options.drop_known ? ", without customers already known" : ""
    }.`,
    "",
    alignColumns([
      ["test", "payments", "frauds", "dropped", ...names],
      ...folds.map((fold) => [
        `${fold.test_from} to ${fold.test_to}`,
        count(fold.tested),
        count(fold.tested_frauds),
        count(fold.dropped),
        ...figures(fold.figures),
      ]),
      ["mean", "", "", "", ...figures(mean)],
    ]),
    ...standard_deviation === null ? [] : [
      `Between folds, average precision deviates by ${
        figure(standard_deviation)
      }.`,
    ],
    ...folds.length < options.folds
      ? [
        `The file has days enough for ${folds.length} of the ${options.folds} folds.`,
      ]
      : [],
    "",
    "Calibration, all folds together:",
    alignColumns([
      ["payments", "predicted", "observed"],
      ...together(folds.map(({ calibration }) => calibration)).map((bin) => [
        count(bin.payments),
        share(bin.predicted),
        share(bin.observed),
      ]),
    ]),
    "",
    `Without a model average precision would be the share of frauds: ${
      share(shareOfFrauds(report))
    }.`,
    `Features took ${seconds.features} s, training ${seconds.training} s, scoring ${seconds.scoring} s.`,
  ].join("\n");
}

const names = [
  "AUC",
  "average precision",
  "precision at top 100 a day",
  "calibration error",
];

function figures(of: Figures): string[] {
  return [
    figure(of.auc),
    figure(of.average_precision),
    figure(of.precision_at_top_100_per_day),
    figure(of.calibration_error),
  ];
}

function shareOfFrauds({ folds }: BacktestReport): number {
  const [frauds, payments] = [
    folds.reduce((sum, fold) => sum + fold.tested_frauds, 0),
    folds.reduce((sum, fold) => sum + fold.tested, 0),
  ];
  return payments === 0 ? 0 : frauds / payments;
}

/** Bins of the same range become one. */
function together(folds: readonly (readonly CalibrationBin[])[]) {
  const bins = Map.groupBy(folds.flat(), ({ below }) => below);
  return [...bins].sort(([a], [b]) => a - b).map(([, same]) => {
    const payments = same.reduce((sum, bin) => sum + bin.payments, 0);
    const mean = (key: "predicted" | "observed") =>
      same.reduce((sum, bin) => sum + bin.payments * bin[key], 0) / payments;
    return {
      payments,
      predicted: mean("predicted"),
      observed: mean("observed"),
    };
  });
}
