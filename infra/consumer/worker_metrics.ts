import { errorCodes } from "#contracts/error_codes.ts";
import type { TopicContract } from "#contracts/topics.ts";
import { partitionStops } from "#runtime/errors.ts";
import type { Counter, Gauge, Metrics } from "#runtime/metrics.ts";
import { type Outcome, rejectionsOf } from "./handler.ts";

type LagLabels = {
  group: readonly [];
  topic: readonly [];
  partition: readonly [];
};

/**
 * What a partition can wait for; `dead_letter_unwritable` and `outage_suspected` need a person, and whatever
 * stops a partition needs one's decision.
 */
const pauseReasons = [
  "retrying",
  "dead_letter_unwritable",
  "outage_suspected",
  "dead_letter_cap",
  ...partitionStops,
] as const;

export type PauseReason = typeof pauseReasons[number];

type PauseLabels = { reason: typeof pauseReasons };

export type CommonWorkerMetrics = {
  readonly lag: Gauge<LagLabels>;
  readonly paused: Gauge<PauseLabels>;
  readonly pauses: Counter<PauseLabels>;
  /** 1 while the watchdog finds that nothing moves, else 0. */
  readonly stalled: Gauge<Record<never, never>>;
  /** @param ageSeconds since the intake received it, if the record says so and is no replay */
  committed(outcome: Outcome, ageSeconds: number | undefined): void;
  /** Records that a replay meant for another service are finished. */
  passedOver(records: number): void;
};

/** What is counted for every worker alike. */
export function commonWorkerMetrics(
  metrics: Metrics,
  service: string,
): CommonWorkerMetrics {
  const deadLetters = metrics.counter({
    name: "eventflow_dead_letters_total",
    answers: "What fails, where and why?",
    help: "Dead letters written, by the service that gave up and why.",
    labels: {
      service: [service],
      error_code: Object.keys(errorCodes),
    },
  });
  const passedOver = metrics.counter({
    name: "eventflow_worker_passed_over_total",
    answers: "How much of what is replayed for one service do the others see?",
    help:
      "Records finished unseen, as a replay meant them for another service.",
  });
  const age = metrics.histogram({
    name: "eventflow_received_to_settled_seconds",
    answers:
      "How long after its arrival is an event validated, counted, stored or dead-lettered?",
    help:
      "From received by the intake to finished by this service; replays are not counted.",
    labels: { service: [service], outcome: ["passed", "dead_lettered"] },
  });
  const ages = {
    passed: age.series({ service, outcome: "passed" }),
    deadLettered: age.series({ service, outcome: "dead_lettered" }),
  };
  const lag = metrics.gauge<LagLabels>({
    name: "eventflow_consumer_lag_records",
    answers:
      "How far is this worker's group behind, as the worker itself sees it?",
    help: "Records between the group's position and the partition's end.",
    labels: { group: [], topic: [], partition: [] },
  });
  const paused = metrics.gauge<PauseLabels>({
    name: "eventflow_worker_paused_partitions",
    answers: "What waits, and for what?",
    help: "Partitions that wait instead of going on, by what they wait for.",
    labels: { reason: pauseReasons },
  });
  const pauses = metrics.counter<PauseLabels>({
    name: "eventflow_worker_pauses_total",
    answers: "How often did partitions have to wait, and for what?",
    help: "Times a partition began to wait, by what it waited for.",
    labels: { reason: pauseReasons },
  });
  const stalled = metrics.gauge({
    name: "eventflow_worker_stalled",
    answers: "Does a worker hang?",
    help: "1 while records wait and nothing moves, else 0.",
  });
  return {
    lag,
    paused,
    pauses,
    stalled,
    passedOver: (records) => passedOver.add(records, {}),
    committed(outcome, ageSeconds) {
      const rejections = rejectionsOf(outcome);
      if (ageSeconds !== undefined) {
        const series = rejections.length > 0 ? ages.deadLettered : ages.passed;
        series.observe(Math.max(0, ageSeconds));
      }
      for (const { code } of rejections) {
        deadLetters.add(1, { service, error_code: code });
      }
    },
  };
}

/** @param waitingBytes what no partition has taken up yet */
export function measureWaiting(
  metrics: Metrics,
  waitingBytes: () => number,
): void {
  metrics.measured({
    name: "eventflow_worker_waiting_bytes",
    answers: "How full is a worker's memory with work it has not begun?",
    help: "Bytes fetched from Kafka that are not taken up yet.",
    measure: waitingBytes,
  });
}

/** Partitions of a broker set up by the contract; if it has more, they appear as they are met. */
export function partitionLabels({ partitions }: TopicContract): string[] {
  return Array.from({ length: partitions }, (_, partition) => `${partition}`);
}
