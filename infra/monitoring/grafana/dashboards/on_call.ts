import {
  BytesIEC,
  EventsPerSecond,
  PercentUnit,
  RequestsPerSecond,
  Seconds,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import type { Board } from "../board.ts";
import { bars, figures, lines, states, totals } from "../panels.ts";
import {
  burnRate,
  everyService,
  inShownTime,
  max,
  orNoneFound,
  perSecond,
  quantile,
  refusedForUs,
  share,
  stored,
  sum,
} from "../promql.ts";

/** Shares that may be bad: what the alerts on error budgets go by, too. */
const MAY_BE_REFUSED = 0.001;
const MAY_BE_LATE = 0.01;

const requests = "eventflow_intake_requests_total";
const refused = `${requests}{${refusedForUs}}`;
/** What a sender did wrong is on neither side. */
const ours =
  `${requests}{result=~"accepted|overloaded|queue_full|unavailable"}`;
const settled = "eventflow_received_to_settled_seconds";
/** Prometheus 3 writes the bucket of one second as 1.0, Prometheus 2 as 1. */
const inTime = `${settled}_bucket{${stored},le=~"1|1[.]0"}`;
const finished = `${settled}_count{${stored}}`;
const lag = max("eventflow_group_lag_records", "group, topic, partition");
const lagSeconds = max("eventflow_group_lag_seconds", "group");

const rateOver = (counter: string, window: string) =>
  `sum (rate(${counter}[${window}]))`;
const refusedBurn = (window: string) =>
  burnRate({
    bad: rateOver(refused, window),
    all: rateOver(ours, window),
    budget: MAY_BE_REFUSED,
  });
const lateBurn = (window: string) =>
  burnRate({
    bad: `(${rateOver(finished, window)} - ${rateOver(inTime, window)})`,
    all: rateOver(finished, window),
    budget: MAY_BE_LATE,
  });
const lateInShownTime = `(${inShownTime(finished)} - ${inShownTime(inTime)})`;

export const onCall: Board = {
  title: "EventFlow On Call",
  uid: "eventflow-on-call",
  description:
    "For whoever is on call: is it healthy, what is behind, what is failing, since when.",
  from: "now-1h",
  refresh: "10s",
  rows: {
    "Is it healthy, and if not, since when?": [
      figures({
        title: "Alerts firing",
        answers: "How many alerts fire? Prometheus names them under /alerts.",
        unit: Short,
        redFrom: 1,
        queries: {
          firing: `count (ALERTS{alertstate="firing"}) or vector(0)`,
        },
      }),
      figures({
        title: "Processes that do not answer",
        answers:
          "How many processes of EventFlow cannot be scraped? Which ones, the next row shows.",
        unit: Short,
        redFrom: 1,
        queries: { down: `sum (up{${everyService}} == bool 0)` },
      }),
      figures({
        title: "Kafka",
        answers: "Does Kafka answer the observer?",
        unit: Short,
        redBelow: 1,
        words: { 0: ["is away", "red"], 1: ["answers", "green"] },
        queries: { Kafka: "min (eventflow_kafka_reachable)" },
      }),
      figures({
        title: "Groups without a worker",
        answers:
          "For how many groups does nobody work? Their records wait. No data: Kafka does not answer.",
        unit: Short,
        redFrom: 1,
        queries: {
          groups: orNoneFound(
            `count (${max("eventflow_group_members", "group")} == 0)`,
          ),
        },
      }),
      figures({
        title: "Partitions that wait",
        answers:
          "How many partitions wait instead of going on? Why, is shown below.",
        unit: Short,
        redFrom: 1,
        queries: { waiting: sum("eventflow_worker_paused_partitions") },
      }),
      figures({
        title: "Oldest unfinished record",
        answers:
          "For how long has the oldest record waited that some group has not finished?",
        unit: Seconds,
        orangeFrom: 30,
        redFrom: 300,
        queries: { oldest: max("eventflow_group_lag_seconds") },
      }),
      states({
        title: "What is wrong, since when",
        answers:
          "What is not as it should be, and since when? No bar: nobody knows, as what would tell is not scraped.",
        unit: Short,
        height: 9,
        words: { 0: ["as it should be", "green"], 1: ["wrong", "red"] },
        queries: {
          "a process does not answer": `max (up{${everyService}} == bool 0)`,
          "Kafka is away": "max (eventflow_kafka_reachable == bool 0)",
          "a partition has no leader":
            "max (eventflow_kafka_offline_partitions > bool 0)",
          "a replica is not in sync":
            "max (eventflow_kafka_under_replicated_partitions > bool 0)",
          "a group has no worker": "max (eventflow_group_members == bool 0)",
          "a worker is stalled": "max (eventflow_worker_stalled)",
          "a partition waits":
            "max (eventflow_worker_paused_partitions > bool 0)",
          "webhooks are refused with 503": `${perSecond(refused)} > bool 0`,
          "dead letters are written": `${
            perSecond("eventflow_dead_letters_total")
          } > bool 0`,
        },
      }),
      states({
        title: "Which process answers",
        answers: "Which process does not answer, and since when?",
        unit: Short,
        height: 9,
        words: { 0: ["does not answer", "red"], 1: ["answers", "green"] },
        queries: { "{{job}} {{instance}}": `up{${everyService}}` },
      }),
    ],
    "What is behind?": [
      lines({
        title: "Lag in records",
        answers: "How many records has each group not finished?",
        unit: Short,
        queries: { "{{group}}": sum(lag, "group") },
      }),
      lines({
        title: "Lag in seconds",
        answers:
          "How long ago was the oldest record written that the group has not finished?",
        unit: Seconds,
        queries: { "{{group}}": lagSeconds },
      }),
      lines({
        title: "Members of groups",
        answers: "How many workers share the work of each group? 0: nobody.",
        unit: Short,
        queries: { "{{group}}": max("eventflow_group_members", "group") },
      }),
      bars({
        title: "Lag by partition",
        answers:
          "Is one partition behind, or all? One alone: look for what it waits for; all: for a worker or a server that is away.",
        unit: Short,
        span: 12,
        orangeFrom: 1_000,
        redFrom: 10_000,
        queries: { "{{group}} {{topic}} {{partition}}": lag },
      }),
      lines({
        title: "Kafka's brokers and partitions",
        answers:
          "Is a broker missing, and would the loss of another one stop anything?",
        unit: Short,
        span: 12,
        queries: {
          brokers: max("eventflow_kafka_brokers"),
          "partitions with a replica that is not in sync": max(
            "eventflow_kafka_under_replicated_partitions",
          ),
          "partitions without a leader": max(
            "eventflow_kafka_offline_partitions",
          ),
        },
      }),
    ],
    "What is failing?": [
      lines({
        title: "Dead letters by code",
        answers: "Why do records become dead letters, and since when?",
        unit: EventsPerSecond,
        isStacked: true,
        queries: {
          "{{error_code}}": perSecond(
            "eventflow_dead_letters_total",
            "error_code",
          ),
        },
      }),
      lines({
        title: "Paused partitions by reason",
        answers:
          "Which worker's partitions wait, and for what? dead_letter_unwritable, outage_suspected and dead_letter_cap need a person.",
        unit: Short,
        isStacked: true,
        queries: {
          "{{job}} {{reason}}": sum(
            "eventflow_worker_paused_partitions",
            "job, reason",
          ),
        },
      }),
      lines({
        title: "Refused webhooks by result",
        answers:
          "Why does the intake refuse? overloaded, queue_full and unavailable are ours (503); bad_signature of all of a provider's: its secret has changed.",
        unit: RequestsPerSecond,
        isStacked: true,
        queries: {
          "{{result}}": perSecond(
            `${requests}{result!="accepted"}`,
            "result",
          ),
        },
      }),
      lines({
        title: "Dead letters by service",
        answers: "Which service gives up records?",
        unit: EventsPerSecond,
        queries: {
          "{{service}}": perSecond("eventflow_dead_letters_total", "service"),
        },
      }),
      lines({
        title: "Tries that failed",
        answers:
          "Which worker fails and tries again? That is a server that is away, seldom a bug.",
        unit: EventsPerSecond,
        queries: {
          validator: perSecond("eventflow_validator_processing_errors_total"),
          analytics: perSecond("eventflow_analytics_processing_errors_total"),
          persistence: perSecond(
            "eventflow_persistence_processing_errors_total",
          ),
        },
      }),
      lines({
        title: "Dead letters kept",
        answers: "How many dead letters are there to repair and replay?",
        unit: Short,
        queries: { "dead letters": max("eventflow_dead_letters_kept") },
      }),
    ],
    "How full is it?": [
      lines({
        title: "Intake's queue",
        answers:
          "How much of what may wait for Kafka does wait? At 100 % the intake refuses with 503.",
        unit: PercentUnit,
        queries: {
          "{{instance}}":
            "eventflow_intake_queue_bytes / (eventflow_intake_queue_limit_bytes > 0)",
        },
      }),
      lines({
        title: "Waiting in workers",
        answers: "How many bytes have workers fetched and not begun?",
        unit: BytesIEC,
        queries: {
          "{{job}} {{instance}}": "eventflow_worker_waiting_bytes",
        },
      }),
      lines({
        title: "Processor time",
        answers:
          "How much of one core does each process take? At 100 % one more instance is needed.",
        unit: PercentUnit,
        queries: {
          "{{job}} {{instance}}":
            `rate(process_cpu_seconds_total{${everyService}}[$__rate_interval])`,
        },
      }),
      lines({
        title: "Memory",
        answers: "How much memory does each process hold?",
        unit: BytesIEC,
        span: 12,
        queries: {
          "{{job}} {{instance}}":
            `process_resident_memory_bytes{${everyService}}`,
        },
      }),
      lines({
        title: "Partitions that began to wait",
        answers: "How often, in the time shown, did something have to wait?",
        unit: Short,
        span: 12,
        queries: {
          "{{reason}}":
            `sum by (reason) (increase(eventflow_worker_pauses_total[$__rate_interval]))`,
        },
      }),
    ],
    "How slow is it?": [
      lines({
        title: "Intake's answers",
        answers: "How long does a provider wait for its answer?",
        unit: Seconds,
        queries: {
          p50: quantile(0.5, ["eventflow_intake_request_seconds"]),
          p95: quantile(0.95, ["eventflow_intake_request_seconds"]),
          p99: quantile(0.99, ["eventflow_intake_request_seconds"]),
        },
      }),
      lines({
        title: "Kafka's acknowledgements (p95)",
        answers: "How long does Kafka take to acknowledge a batch?",
        unit: Seconds,
        queries: {
          p95: quantile(0.95, ["eventflow_intake_publish_seconds"]),
        },
      }),
      lines({
        title: "Held by a worker (p95)",
        answers:
          "How long does each worker hold a record, from taken up to committed?",
        unit: Seconds,
        queries: Object.fromEntries(
          ["validator", "analytics", "persistence"].map((worker) => [
            worker,
            quantile(0.95, [
              `eventflow_${worker}_processing_latency_seconds`,
            ]),
          ]),
        ),
      }),
      lines({
        title: "From received to finished, by stage (p95)",
        answers:
          "How long after it was received is an event finished by each service? 95 of 100 are sooner; 0 while there are none.",
        unit: Seconds,
        span: 12,
        queries: {
          "{{service}} {{outcome}}": quantile(
            0.95,
            [settled],
            "service, outcome",
          ),
        },
      }),
      lines({
        title: "From received to stored",
        answers: "How long after it was received is a payment a row?",
        unit: Seconds,
        span: 12,
        queries: {
          p50: quantile(0.5, [settled, `{${stored}}`]),
          p95: quantile(0.95, [settled, `{${stored}}`]),
          p99: quantile(0.99, [settled, `{${stored}}`]),
        },
      }),
    ],
    "How much may still go wrong?": [
      totals({
        title: "Refused with 503",
        answers:
          "Which share of what was ours to accept did the intake refuse with 503, in the time shown? 0.1 % may be.",
        unit: PercentUnit,
        decimals: 3,
        height: 8,
        redFrom: MAY_BE_REFUSED,
        queries: { refused: share(inShownTime(refused), inShownTime(ours)) },
      }),
      totals({
        title: "Stored late",
        answers:
          "Which share of the payments was stored later than 1 s after it was received, in the time shown? 1 % may be.",
        unit: PercentUnit,
        decimals: 2,
        height: 8,
        redFrom: MAY_BE_LATE,
        queries: { late: share(lateInShownTime, inShownTime(finished)) },
      }),
      lines({
        title: "Budget of refusals: burn rate",
        answers:
          "How many times as fast as it may is the budget of refusals (0.1 %) used up? From 14.4 over an hour, or 6 over six, somebody is called.",
        unit: Short,
        queries: {
          "5 minutes": refusedBurn("5m"),
          "1 hour": refusedBurn("1h"),
          "6 hours": refusedBurn("6h"),
        },
      }),
      lines({
        title: "Budget of late payments: burn rate",
        answers:
          "How many times as fast as it may is the budget of late payments (1 % later than 1 s) used up?",
        unit: Short,
        queries: {
          "5 minutes": lateBurn("5m"),
          "1 hour": lateBurn("1h"),
          "6 hours": lateBurn("6h"),
        },
      }),
    ],
  },
};
