import { alignColumns } from "#runtime/columns.ts";
import type {
  BandCheck,
  BandCheckRow,
} from "../../../../workers/enrichment/risk/model_card.ts";

const percent = (value: number | undefined) =>
  value === undefined ? "–" : `${(100 * value).toFixed(2)} %`;

/** A check of bands for a person. */
export function printedCheck({ by_history }: BandCheck): string {
  return alignColumns([
    [
      "history from",
      "payments",
      "frauds",
      "base rate",
      "elevated",
      "high",
      "precision of high",
      "recall of high",
      "precision of both",
      "recall of both",
      "average precision",
    ],
    ...by_history.map((row) => [
      `${row.from_hours} h`,
      row.payments.toLocaleString("en"),
      percent(row.frauds / row.payments),
      percent(row.base_rate_share),
      percent(row.elevated_share),
      percent(row.high_share),
      ...figures(row),
    ]),
  ]);
}

function figures(row: BandCheckRow): string[] {
  return [
    percent(row.high_precision),
    percent(row.high_recall),
    percent(row.elevated_or_high_precision),
    percent(row.elevated_or_high_recall),
    row.average_precision?.toFixed(3) ?? "–",
  ];
}
