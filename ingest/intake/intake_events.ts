import { describeError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import type { Metrics } from "#runtime/metrics.ts";
import {
  type CardDataSender,
  createCardDataEvents,
} from "./card_numbers/card_data_events.ts";
import type { Received } from "./receive.ts";
import { RefusalLog } from "./refusal_log.ts";
import { type Refusal, refusalNames, refusals } from "./refusals.ts";

/** At most one line in this time, for each refusal, says that events are refused because of Kafka. */
const REFUSAL_LOG_INTERVAL_MS = 1_000;

/** What happens in the intake, each with its counter and its log line. */
export type IntakeEvents = {
  answered(received: Received, seconds: number, of?: Told): void;
  /** Says which refusals there were, if nobody is behind them who would have it said. */
  tellRefusals(when?: { isLast: boolean }): void;
  /** A send of one batch ended. */
  sent(sent: { seconds: number }): void;
};

type Told = {
  readonly traceId?: string | undefined;
  /** Address of who sent what is refused. */
  readonly client?: string | undefined;
  /** Whose address it was sent to. */
  readonly sender?: CardDataSender;
};

export function createIntakeEvents(
  { metrics, log, clock, queuedBytes, maxQueuedBytes }: {
    metrics: Metrics;
    log: Log;
    /** Milliseconds since the epoch. */
    clock: () => number;
    /** Bytes that wait for Kafka. */
    queuedBytes: () => number;
    /** Bytes that may wait for Kafka; past them events are refused. */
    maxQueuedBytes: number;
  },
): IntakeEvents {
  const requests = metrics.counter({
    name: "eventflow_intake_requests_total",
    answers:
      "What are webhooks answered with, and how many are refused for what?",
    help: "Webhooks answered, by result.",
    labels: { result: ["accepted", ...refusalNames] },
  });
  const requestSeconds = metrics.histogram({
    name: "eventflow_intake_request_seconds",
    answers: "How long does a provider wait for its answer?",
    help: "Seconds from a webhook's headers to its answer.",
  });
  const publishSeconds = metrics.histogram({
    name: "eventflow_intake_publish_seconds",
    answers: "How long does Kafka take to acknowledge?",
    help: "Seconds Kafka took to acknowledge or refuse one batch of events.",
  });
  metrics.measured({
    name: "eventflow_intake_queue_bytes",
    answers: "How much waits for Kafka?",
    help: "Bytes that wait for Kafka's acknowledgement.",
    measure: queuedBytes,
  });
  metrics.gauge({
    name: "eventflow_intake_queue_limit_bytes",
    answers: "How near is the intake to refusing events for want of room?",
    help:
      "What eventflow_intake_queue_bytes may reach before events are refused.",
  }).set(maxQueuedBytes, {});
  const cardData = createCardDataEvents({ metrics, log, clock });
  const refused = new RefusalLog({ log, clock });
  const lines = new Map<Refusal, { refusedSince: number; atMs: number }>();

  return {
    answered(received, seconds, { traceId, client, sender } = {}) {
      const result = received.accepted ? "accepted" : received.refusal;
      requests.add(1, { result });
      requestSeconds.observe(seconds, {});
      if (received.cardData !== undefined && sender !== undefined) {
        cardData.cleared(received.cardData, sender);
      }
      if (received.accepted || received.cause === undefined) {
        log.debug("Webhook {result}", { result, traceId });
        if (!received.accepted) {
          refused.refused(received.refusal, client ?? "unknown");
        }
        return;
      }
      const { refusal } = received;
      const line = lines.get(refusal) ?? { refusedSince: 0, atMs: -Infinity };
      lines.set(refusal, line);
      line.refusedSince++;
      const nowMs = clock();
      if (nowMs - line.atMs < REFUSAL_LOG_INTERVAL_MS) return;
      log.warn("Refused {refused} webhooks with {status}: {reason}", {
        refused: line.refusedSince,
        status: refusals[refusal].status,
        reason: describeError(received.cause),
        traceId,
      });
      line.refusedSince = 0;
      line.atMs = nowMs;
    },
    tellRefusals: (when) => refused.tell(when),
    sent: ({ seconds }) => publishSeconds.observe(seconds, {}),
  };
}
