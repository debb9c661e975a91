import { type Span, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { headers } from "#contracts/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { parseTraceparent } from "#runtime/trace_context.ts";
import {
  childOf,
  traceparentOf,
  type Tracing,
  within,
} from "#runtime/tracing.ts";
import type { Received } from "./receive.ts";
import { refusals } from "./refusals.ts";

/** The trace a request says it belongs to. */
export function traceIdOf(request: Request): string | undefined {
  return parentOf(request)?.traceId;
}

/**
 * Begins a webhook's span, within the trace it says it belongs to, or else in a new one.
 *
 * @returns undefined if the trace is not sampled
 */
export function webhookSpan(
  { tracer }: Pick<Tracing, "tracer">,
  request: Request,
  path: string,
): WebhookSpan | undefined {
  const parent = parentOf(request);
  const options = {
    kind: SpanKind.SERVER,
    attributes: { "http.request.method": "POST", "http.route": path },
  };
  const name = `POST ${path}`;
  const span = parent === undefined
    ? tracer.startSpan(name, { ...options, root: true })
    : tracer.startSpan(name, options, childOf(parent));
  return span.isRecording()
    ? new WebhookSpan(tracer, span, parent !== undefined)
    : undefined;
}

/** A webhook on its way through the intake. */
export class WebhookSpan {
  readonly #tracer: Tracing["tracer"];
  readonly #span: Span;
  /** Whether the trace was begun before the webhook came. */
  readonly hasParent: boolean;

  constructor(tracer: Tracing["tracer"], span: Span, hasParent: boolean) {
    this.#tracer = tracer;
    this.#span = span;
    this.hasParent = hasParent;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get traceparent(): string {
    return traceparentOf(this.#span);
  }

  /** Publishes in a span of its own, until Kafka has acknowledged. */
  async publishing(
    record: OutgoingRecord,
    publish: (record: OutgoingRecord) => Promise<void>,
  ): Promise<void> {
    const span = this.#tracer.startSpan(`send ${record.topic}`, {
      kind: SpanKind.PRODUCER,
      attributes: {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": record.topic,
      },
    }, within(this.#span));
    try {
      await publish(record);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute(
        "error.type",
        error instanceof Error ? error.name : typeof error,
      );
      throw error;
    } finally {
      span.end();
    }
  }

  answered(received: Received): void {
    const status = received.accepted ? 202 : refusals[received.refusal].status;
    this.#span.setAttributes({
      "eventflow.result": received.accepted ? "accepted" : received.refusal,
      "http.response.status_code": status,
    });
    // A refusal for the sender's fault is no error of a server's span, by the semantic conventions.
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }
}

function parentOf(request: Request) {
  const text = request.headers.get(headers.traceparent);
  return text === null ? undefined : parseTraceparent(text);
}
