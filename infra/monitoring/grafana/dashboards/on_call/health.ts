import { Seconds } from "@grafana/grafana-foundation-sdk/units";
import { alerts, limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { toBoard } from "../../links.ts";
import {
  database,
  everyWorkerTells,
  kafka,
  kafkaAnswers,
  missingGroups,
  missingServices,
  named,
  servicesAnswering,
  waitingPartitions,
} from "../../missing.ts";
import { gauge, names, state, states } from "../../panels.ts";
import { max, perSecond, refusedForUs } from "../../promql.ts";
import { table } from "../../tables.ts";

const next = "eventflow-streaming-overview";

const refused = `eventflow_intake_requests_total{${refusedForUs}}`;

/** Seconds since each alert that fires began to be one, with what it is about in one label. */
const firing = "(time() - ALERTS_FOR_STATE)" +
  ` and ignoring (alertstate) ALERTS{alertstate="firing"}`;
const about = ["job", "service", "group", "topic", "partition", "reason"]
  .map((label) => `"${label}"`).join(", ");
const firingAlerts = "max by (alertname, severity, concerns, runbook) (" +
  `label_replace(label_join(${firing}, "concerns", " ", ${about}),` +
  ` "runbook", "$1", "alertname", "(.+)"))`;

const raised = limitOf("DeadLetterRatioRaised");

/** Not by what a reader chose: whatever is wrong is wrong. */
export const health: Row = {
  title: "Is It Healthy, and if Not, Since When?",
  panels: [
    names({
      title: "Services Down",
      answers:
        "Which services are gone, or have an instance that does not answer?",
      next,
      alerts: [
        "ServiceDown",
        "ServiceInstanceDown",
        "AuxiliaryServiceDown",
        "ObserverGone",
      ],
      query: [
        "{{job}}",
        named(missingServices, { labels: ["job"], none: "All Answer" }),
      ],
    }),
    state({
      title: "Kafka",
      answers:
        "Does Kafka answer the observer? Unknown: there is no observer to ask.",
      next,
      alerts: ["KafkaAway", "ObserverGone"],
      words: { 0: ["Away", "red"], 1: ["Answers", "green"] },
      query: kafka,
    }),
    state({
      title: "Database",
      answers:
        "Does PostgreSQL answer persistence? Unknown: there is no persistence to ask.",
      next,
      alerts: ["DatabaseAway"],
      words: { 0: ["Away", "red"], 1: ["Answers", "green"] },
      query: database,
    }),
    state({
      title: "Alert Rules",
      answers:
        "Does Prometheus evaluate the rules of alerts? Unknown: it does not, and nothing would fire.",
      next,
      words: { 1: ["Evaluated", "green"] },
      query: max("eventflow:rules:evaluated"),
    }),
    names({
      title: "Groups Without a Worker",
      answers:
        "For which groups does nobody work? Their records wait. Unknown: Kafka does not answer, or nobody asks it.",
      next,
      alerts: ["GroupWithoutMembers"],
      query: [
        "{{group}}",
        named(missingGroups, {
          labels: ["group"],
          none: "None",
          known: kafkaAnswers,
        }),
      ],
    }),
    names({
      title: "Partitions That Wait",
      answers:
        "Whose partitions wait instead of going on, and for what? Unknown: a worker that ought to tell is gone.",
      next,
      alerts: [
        "PartitionStopped",
        "OutageSuspected",
        "DeadLettersUnwritable",
        "DeadLetterCapReached",
      ],
      query: [
        "{{job}} {{reason}}",
        named(waitingPartitions, {
          labels: ["job", "reason"],
          none: "None",
          known: everyWorkerTells,
        }),
      ],
    }),
    gauge({
      title: "Oldest Unfinished Record",
      answers:
        "For how long has the oldest record waited that some group has not finished?",
      unit: Seconds,
      next,
      levels: {
        orange: limitOf("GroupLagLasting"),
        red: limitOf("GroupLagHigh"),
      },
      query: max("eventflow_group_lag_seconds"),
    }),
    gauge({
      title: "Refusals: Burn Rate",
      answers:
        "How many times as fast as it may did the intake refuse with 503, in the last 5 minutes?",
      unit: "suffix:×",
      decimals: 1,
      next,
      levels: {
        orange: limitOf(
          "IntakeErrorBudgetBurnFast",
          "eventflow:intake_slo:burnrate6h",
        ),
        red: limitOf(
          "IntakeErrorBudgetBurnFast",
          "eventflow:intake_slo:burnrate5m",
        ),
      },
      query: `eventflow:intake_slo:burnrate5m and on () up{job="intake"} == 1`,
    }),
    table({
      title: "Firing Alerts",
      answers:
        "Which alerts fire, since when, and what is to be done? None is good news only if the rules are evaluated.",
      unit: "none",
      span: 14,
      next,
      empty: "No Alert Fires",
      emptyCell: "–",
      queries: { "{{alertname}}": firingAlerts },
      columns: {
        severity: {
          title: "Severity",
          width: 90,
          isColoured: true,
          words: { page: ["page", "red"], ticket: ["ticket", "orange"] },
        },
        alertname: { title: "Alert", links: [toBoard(next)] },
        concerns: { title: "Concerns" },
        Value: { title: "Since", unit: Seconds, width: 90, decimals: 0 },
        runbook: {
          title: "Runbook",
          words: Object.fromEntries(
            alerts.map(({ name, runbook }) => [name, [runbook] as const]),
          ),
          links: [{ title: "Runbook", url: "${runbooks}/${__value.text}" }],
        },
      },
    }),
    states({
      title: "Which Service Answers",
      span: 10,
      answers:
        "Which service does not answer, and since when? Partly: one of its instances does not.",
      next,
      alerts: ["ServiceRestarting"],
      words: {
        0: ["Down", "red"],
        1: ["Partly", "orange"],
        2: ["Answers", "green"],
      },
      queries: { "{{job}}": servicesAnswering },
    }),
    states({
      title: "What Is Wrong, Since When",
      answers: "What is not as it should be, and since when?",
      next,
      span: 24,
      height: 10,
      alerts: [
        "KafkaOfflinePartitions",
        "KafkaUnderReplicated",
        "WorkerStalled",
        "PartitionHeldBack",
        "PartitionUnreadable",
        raised.alert,
      ],
      words: {
        0: ["As It Should Be", "green"],
        1: ["Wrong", "red"],
        2: ["Nobody Knows", "dark-red"],
      },
      queries: Object.fromEntries(
        Object.entries({
          "A Service Does Not Answer":
            `count (${missingServices}) > bool 0 or vector(0)`,
          "Kafka Is Away": `1 - ${kafka}`,
          "PostgreSQL Is Away": `1 - ${database}`,
          "A Partition Has No Leader":
            "max (eventflow_kafka_offline_partitions > bool 0)",
          "A Replica Is Not in Sync":
            "max (eventflow_kafka_under_replicated_partitions > bool 0)",
          "A Group Has No Worker":
            `count (${missingGroups}) > bool 0 or 0 * (${kafkaAnswers})`,
          "A Worker Is Stalled":
            `max (eventflow_worker_stalled) == 1 or 0 * (${everyWorkerTells})`,
          "A Partition Waits":
            `count (${waitingPartitions}) > bool 0 or 0 * (${everyWorkerTells})`,
          "Webhooks Are Refused with 503": `${perSecond(refused)} > bool 0`,
          "Many Records Become Dead Letters":
            `max (eventflow:dead_letters:ratio_rate5m > bool ${raised.value})`,
        }).map(([name, isWrong]) => [name, `${isWrong} or vector(2)`]),
      ),
    }),
  ],
};
