import { consumerNames } from "#contracts/services.ts";
import {
  EventsPerSecond,
  RequestsPerSecond,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { lines } from "../../panels.ts";
import { chosenServices, max, perSecond, sum } from "../../promql.ts";

const next = "eventflow-business";

const deadLetters = `eventflow_dead_letters_total{${chosenServices}}`;

export const failures: Row = {
  title: "What Is Failing?",
  panels: [
    lines({
      title: "Dead Letters by Code",
      answers: "Why do records become dead letters, and since when?",
      unit: EventsPerSecond,
      next,
      alerts: [
        "DeadLetterRatioHigh",
        "DeadLetterRatioRaised",
        "TransmissionReused",
      ],
      isStacked: true,
      queries: { "{{error_code}}": perSecond(deadLetters, "error_code") },
    }),
    lines({
      title: "Dead Letters by Service",
      answers: "Which service gives up records?",
      unit: EventsPerSecond,
      next,
      levels: { red: limitOf("DeadLetterRateHigh") },
      queries: { "{{job}}": perSecond(deadLetters, "job") },
    }),
    lines({
      title: "Dead Letters Kept, Repaired or Not",
      answers:
        "How many dead letters does the topic hold? It only grows until Kafka forgets: what was repaired and replayed is among them.",
      unit: Short,
      next,
      queries: { "Dead Letters": max("eventflow_dead_letters_kept") },
    }),
    lines({
      title: "Paused Partitions by Reason",
      answers:
        "Which worker's partitions wait, and for what? dead_letter_unwritable, outage_suspected and dead_letter_cap need a person.",
      unit: Short,
      span: 6,
      next,
      alerts: [
        "OutageSuspected",
        "DeadLettersUnwritable",
        "DeadLetterCapReached",
        "PartitionStopped",
      ],
      isStacked: true,
      queries: {
        "{{job}} {{reason}}": sum(
          `eventflow_worker_paused_partitions{${chosenServices}}`,
          "job, reason",
        ),
      },
    }),
    lines({
      title: "Refused Webhooks by Result",
      answers:
        "Why does the intake refuse? overloaded, queue_full and unavailable are ours (503); bad_signature of all of a provider's: its secret has changed; unknown_account: its address is none that is set up; certificate_unavailable: the intake does not reach PayPal.",
      unit: RequestsPerSecond,
      span: 6,
      next,
      alerts: [
        "WebhookSignaturesRejected",
        "WebhookTimestampsStale",
        "WebhooksTooLargeForTopic",
      ],
      isStacked: true,
      queries: {
        "{{result}}": perSecond(
          `eventflow_intake_requests_total{result!="accepted"}`,
          "result",
        ),
      },
    }),
    lines({
      title: "Card Data in Webhooks",
      answers:
        "Which provider sends card numbers or security codes? Refused ones are payments that are not taken in; masked ones are, and their sender is to be told.",
      unit: RequestsPerSecond,
      span: 6,
      next,
      alerts: ["CardDataRefused", "CardDataMasked"],
      isStacked: true,
      queries: {
        "{{provider}} {{kind}} {{outcome}}": perSecond(
          "eventflow_intake_card_data_total",
          "provider, kind, outcome",
        ),
      },
    }),
    lines({
      title: "Tries That Failed",
      answers:
        "Which worker fails and tries again? That is a server that is away, seldom a bug.",
      unit: EventsPerSecond,
      span: 6,
      next,
      alerts: ["DatabaseAway"],
      queries: Object.fromEntries(
        consumerNames.map((worker) => [
          worker,
          perSecond(
            `eventflow_${worker}_processing_errors_total{${chosenServices}}`,
          ),
        ]),
      ),
    }),
  ],
};
