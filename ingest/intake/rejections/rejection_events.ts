import { causes, type RejectionCause } from "#contracts/rejected_webhook.ts";
import type { Metrics } from "#runtime/metrics.ts";

/** What becomes of refusals that are to be recorded, each with how many it stands for. */
export type RejectionEvents = {
  explained(why: RejectionCause, refusals: number): void;
  recorded(refusals: number): void;
  dropped(refusals: number): void;
};

export function createRejectionEvents(metrics: Metrics): RejectionEvents {
  const explained = metrics.counter({
    name: "eventflow_intake_rejected_total",
    answers: "Why are webhooks refused?",
    help:
      "Requests refused for what was sent, by cause. Of many in one second a sample is looked into, and the others are counted with it.",
    labels: { cause: causes },
  });
  const records = metrics.counter({
    name: "eventflow_intake_rejections_recorded_total",
    answers: "Is it recorded why webhooks are refused?",
    help:
      "Refusals that records in the topic of refused webhooks stand for, and those that were dropped since Kafka or time was short.",
    labels: { result: ["recorded", "dropped"] },
  });
  return {
    explained: ({ cause }, refusals) => explained.add(refusals, { cause }),
    recorded: (refusals) => records.add(refusals, { result: "recorded" }),
    dropped: (refusals) => records.add(refusals, { result: "dropped" }),
  };
}
