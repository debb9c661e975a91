import { explainers, explanationOutcomes } from "#contracts/desk_action.ts";
import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";

/**
 * What the index takes in: each letter once, when it is finished and its position committed. Boards and alerts ask for these
 * three of every consumer.
 */
export function deadLetterDeskMetrics(metrics: Metrics): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_dead_letter_desk_events_total",
    answers: "How many events have been handled, and how fast?",
    help: "Events handled; dead letters are not among them.",
  });
  const errors = metrics.counter({
    name: "eventflow_dead_letter_desk_processing_errors_total",
    answers: "Does dead letter desk have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_dead_letter_desk_processing_latency_seconds",
    answers: "How long does dead letter desk hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      events.add(results.length, {});
      latency.observe(seconds, {}, results.length);
    },
    failed: () => errors.add(1, {}),
  };
}

/** What explanations people were shown. */
export function explanationMetrics(metrics: Metrics) {
  const explained = metrics.counter({
    name: "eventflow_dead_letter_desk_explanations_total",
    answers: "Who explains, and does a model answer?",
    help:
      "Explanations that were shown, by who was set up to explain, and whether it did.",
    labels: { explainer: explainers, outcome: explanationOutcomes },
  });
  return {
    explained(
      { explainer, outcome }: {
        readonly explainer: (typeof explainers)[number];
        readonly outcome: (typeof explanationOutcomes)[number];
      },
    ): void {
      explained.add(1, { explainer, outcome });
    },
  };
}

/** What comes of replays, and which do not get on. */
export type ReplayMetrics = {
  /** So many records of a job have come to their end, by outcome. */
  ended(
    outcomes: Partial<Record<(typeof outcomeNames)[number], number>>,
  ): void;
  /** How many jobs there are now that somebody waits for. */
  jobs(states: Record<(typeof waitedFor)[number], number>): void;
};

const outcomeNames = [
  "passed",
  "dead_again",
  "unmapped_again",
  "passed_over",
] as const;
const waitedFor = ["running", "paused"] as const;

export function replayMetrics(metrics: Metrics): ReplayMetrics {
  const ended = metrics.counter({
    name: "eventflow_dead_letter_desk_replayed_records_total",
    answers: "What comes of what is sent again?",
    help:
      "Records of replays that came to their end, as far as this process knows.",
    labels: { outcome: outcomeNames },
  });
  const jobs = metrics.gauge({
    name: "eventflow_dead_letter_desk_jobs",
    answers: "Does a replay run, or wait for somebody?",
    help:
      "Replays that run or are paused; one pauses itself if too much fails again.",
    labels: { state: waitedFor },
  });
  return {
    ended(outcomes) {
      for (const outcome of outcomeNames) {
        ended.add(outcomes[outcome] ?? 0, { outcome });
      }
    },
    jobs(states) {
      for (const state of waitedFor) jobs.set(states[state], { state });
    },
  };
}
