import { nonBlank } from "#contracts/fields.ts";
import { headers, webhookHeaders } from "#contracts/headers.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import type { Deadlines } from "#runtime/deadlines.ts";
import type { OutgoingRecord } from "#runtime/kafka/port.ts";
import { QueueFullError } from "#runtime/kafka/publisher.ts";
import { TooLargeError } from "#runtime/kafka/write_errors.ts";
import { readBody, type ReadingBudget } from "./body.ts";
import { rawRecord } from "./raw_record.ts";
import type { Refusal } from "./refusals.ts";
import { type IntakeConfig, secretsOf } from "./settings.ts";
import { isSigned, parseTimestamp } from "./signature.ts";
import type { WebhookSpan } from "./webhook_span.ts";

export type Received =
  | {
    readonly accepted: true;
    readonly eventId: string;
    readonly source: string;
  }
  | {
    readonly accepted: false;
    readonly refusal: Refusal;
    /** What kept Kafka from taking the event. */
    readonly cause?: unknown;
  };

/** All names and values together; what proxies in front take, as a rule. */
const MAX_HEADER_CHARACTERS = 16 * 1024;

/**
 * Takes one webhook in: who sent it is checked, and that it is a JSON object; then it is accepted when
 * Kafka has acknowledged it. What the object says is the validator's to judge. Never throws.
 */
export async function receive(
  request: Request,
  { config, deadlines, budget, publish, clock, span }: {
    config: IntakeConfig;
    /** In which all of a body must arrive. */
    deadlines: Deadlines;
    budget: ReadingBudget;
    publish: (record: OutgoingRecord) => Promise<void>;
    /** Milliseconds since the epoch. */
    clock: () => number;
    /** Of the webhook, where it is traced. */
    span?: WebhookSpan | undefined;
  },
): Promise<Received> {
  if (sizeOf(request.headers) > MAX_HEADER_CHARACTERS) {
    return refuse("headers_too_large");
  }
  const timestamp = request.headers.get(webhookHeaders.timestamp);
  const signature = request.headers.get(webhookHeaders.signature);
  if (timestamp === null || signature === null) {
    return refuse("missing_header");
  }
  const signedAt = parseTimestamp(timestamp);
  if (signedAt === undefined) return refuse("invalid_timestamp");

  const body = await readBody(request, {
    maxBytes: config.maxBodyBytes,
    deadlines,
    budget,
  });
  if (typeof body === "string") return refuse(body);
  if (body.length === 0) return refuse("empty_body");

  const receivedAtMs = clock();
  const age = Math.abs(receivedAtMs / 1000 - signedAt);
  if (age > config.toleranceSeconds) return refuse("stale_timestamp");
  const secrets = secretsOf(config);
  if (!isSigned({ secrets, timestamp, body, signature })) {
    return refuse("bad_signature");
  }

  const json = parseJsonObject(body);
  if (!json.ok) {
    return refuse(
      json.rejection.code === "not_an_object"
        ? "not_an_object"
        : "invalid_json",
    );
  }
  const eventId = nonBlank(json.value.event_id) ?? "unknown-event-id";
  const source = nonBlank(json.value.source) ?? "unknown-source";
  const record = rawRecord({
    topic: config.rawTopic,
    event: json.value,
    body,
    receivedAtMs,
    trace: {
      traceparent: span?.traceparent ??
        request.headers.get(headers.traceparent) ?? undefined,
      // Of the span's trace alone.
      tracestate: span === undefined || span.hasParent
        ? request.headers.get(headers.tracestate) ?? undefined
        : undefined,
    },
  });
  // From here on only the record is held, which is what the queue counts.
  try {
    await publish(record);
  } catch (cause) {
    return refuse(refusalFor(cause), cause);
  }
  return { accepted: true, eventId, source };
}

/** Why Kafka has not taken an event. */
function refusalFor(cause: unknown): Refusal {
  if (cause instanceof QueueFullError) return "queue_full";
  if (cause instanceof TooLargeError) return "too_large_for_topic";
  return "unavailable";
}

function refuse(refusal: Refusal, cause?: unknown): Received {
  return { accepted: false, refusal, cause };
}

function sizeOf(headers: Headers): number {
  let size = 0;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
}
