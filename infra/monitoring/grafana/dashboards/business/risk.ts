import {
  EventsPerSecond,
  PercentUnit,
} from "@grafana/grafana-foundation-sdk/units";
import type { Row } from "../../layout.ts";
import { figures, lines } from "../../panels.ts";
import { inShownTime, perSecond, share } from "../../promql.ts";

const next = "eventflow-on-call";

const scores = "eventflow_enriched_writer_scores_total";

export const risk: Row = {
  title: "How Risky Payments Look",
  panels: [
    lines({
      title: "Scores Stored, by Band",
      answers:
        "How many payments a second were stored with a low, an elevated and a high score? Nothing is decided by it.",
      unit: EventsPerSecond,
      span: 12,
      next,
      isStacked: true,
      queries: { "{{band}}": perSecond(scores, "band") },
    }),
    figures({
      title: "Looked Risky",
      answers:
        "Which share of the scores that were stored was elevated or high, in the time shown?",
      unit: PercentUnit,
      span: 6,
      height: 9,
      decimals: 2,
      next,
      queries: {
        Elevated: share(
          inShownTime(`${scores}{band="elevated"}`),
          inShownTime(scores),
        ),
        High: share(inShownTime(`${scores}{band="high"}`), inShownTime(scores)),
      },
    }),
    figures({
      title: "Worth Less than Usual",
      answers:
        "Which share of the scores that were stored says itself that something was not known, in the time shown?",
      unit: PercentUnit,
      span: 6,
      height: 9,
      decimals: 2,
      next,
      queries: {
        Degraded: share(
          inShownTime("eventflow_enriched_writer_degraded_total"),
          inShownTime(scores),
        ),
      },
    }),
  ],
};
