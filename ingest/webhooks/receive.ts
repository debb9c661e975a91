import { nonBlank } from "#contracts/fields.ts";
import { headers, webhookHeaders } from "#contracts/headers.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import type { Deadlines } from "#runtime/deadlines.ts";
import type { OutgoingRecord } from "#runtime/kafka/port.ts";
import { QueueFullError } from "#runtime/kafka/publisher.ts";
import { TooLargeError } from "#runtime/kafka/write_errors.ts";
import { IncomingRequest } from "../http_request.ts";
import { ReceivedHeaders } from "../received_headers.ts";
import { readBody } from "./body.ts";
import { rawRecord } from "./raw_record.ts";
import type { ReadingBudget } from "./reading_budget.ts";
import type { Refusal } from "./refusals.ts";
import { type IntakeConfig, secretsOf } from "./settings.ts";
import { isSigned, looksSigned, parseTimestamp } from "./signature.ts";
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
  { config, deadlines, smallDeadlines, budget, publish, clock, span }: {
    config: IntakeConfig;
    /** In which all of a body must arrive. */
    deadlines: Deadlines;
    /** The same, for one that says that it is small. */
    smallDeadlines: Deadlines;
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
  // All that can be known without the body is asked before it: what cannot be good is not read.
  const age = Math.abs(clock() / 1000 - signedAt);
  if (age > config.toleranceSeconds) return refuse("stale_timestamp");
  if (!looksSigned(signature)) return refuse("bad_signature");
  if (!isIdentity(request.headers.get("Content-Encoding"))) {
    return refuse("unsupported_encoding");
  }

  const reading = readBody(request, {
    maxBytes: config.maxBodyBytes,
    deadlines,
    smallDeadlines,
    budget,
  });
  const body = reading instanceof Promise ? await reading : reading;
  if (typeof body === "string") return refuse(body);
  if (body.length === 0) return refuse("empty_body");

  const receivedAtMs = clock();
  const secrets = secretsOf(config);
  if (!isSigned({ secrets, timestamp, body, signature })) {
    return refuse("bad_signature");
  }
  if (request instanceof IncomingRequest) request.sender.vouch();

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

/** What was signed is the body as it was sent: a coded one would have to be stored coded, and read by nobody. */
function isIdentity(encoding: string | null): boolean {
  return encoding === null || /^(?:identity)?$/i.test(encoding);
}

function sizeOf(headers: Headers): number {
  if (headers instanceof ReceivedHeaders) return headers.size;
  let size = 0;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
}
