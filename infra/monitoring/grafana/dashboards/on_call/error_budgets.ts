import { PercentUnit } from "@grafana/grafana-foundation-sdk/units";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { figures, lines } from "../../panels.ts";

const next = "eventflow-business";

/** What the rules record, so that a board shows the very numbers that alerts go by. */
const burnRates = (slo: string) =>
  Object.fromEntries(
    Object.entries({ "5m": "5 Minutes", "1h": "1 Hour", "6h": "6 Hours" })
      .map(([window, name]) => [name, `eventflow:${slo}:burnrate${window}`]),
  );

export const errorBudgets: Row = {
  title: "How Much May Still Go Wrong?",
  isCollapsed: true,
  panels: [
    figures({
      title: "Refusals: Budget Left",
      answers:
        "How much of the budget of 30 days is left? 0.1 % of the webhooks may be refused with 503.",
      unit: PercentUnit,
      span: 6,
      height: 9,
      decimals: 1,
      next,
      alerts: ["IntakeErrorBudgetBurnSlow"],
      queries: { "Budget Left": "eventflow:intake_slo:budget_left30d" },
    }),
    lines({
      title: "Refusals: Burn Rate over Time",
      answers:
        "How many times as fast as it may is the budget of refusals used up? Over an hour it may for a short while, over six hours for less.",
      unit: "suffix:×",
      span: 18,
      next,
      levels: {
        orange: limitOf(
          "IntakeErrorBudgetBurnFast",
          "eventflow:intake_slo:burnrate6h",
        ),
        red: limitOf(
          "IntakeErrorBudgetBurnFast",
          "eventflow:intake_slo:burnrate1h",
        ),
      },
      queries: burnRates("intake_slo"),
    }),
    figures({
      title: "Late Payments: Budget Left",
      answers:
        "How much of the budget of 30 days is left? 1 % of the payments may be stored later than 1 s after they were received.",
      unit: PercentUnit,
      span: 6,
      height: 9,
      decimals: 1,
      next,
      queries: { "Budget Left": "eventflow:stored_slo:budget_left30d" },
    }),
    lines({
      title: "Late Payments: Burn Rate over Time",
      answers:
        "How many times as fast as it may is the budget of late payments used up?",
      unit: "suffix:×",
      span: 18,
      next,
      levels: {
        orange: limitOf(
          "StoredLateBudgetBurn",
          "eventflow:stored_slo:burnrate1h",
        ),
      },
      queries: burnRates("stored_slo"),
    }),
  ],
};
