/**
 * The spans of a batch in hand: one for each record whose trace is sampled, in that trace, and one for the
 * batch, which links to them.
 *
 * @module
 */
import { type Span, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { describeError } from "#runtime/errors.ts";
import { childOf, traceparentOf, type Tracing } from "#runtime/tracing.ts";
import type { OutgoingRecord, ReceivedRecord } from "#kafka/port.ts";
import { traceParentOf, withTraceparent } from "#kafka/trace_headers.ts";
import { type Outcome, rejectionsOf, type Result } from "./handler.ts";

export type BatchTraces = (
  records: readonly ReceivedRecord[],
) => BatchTrace | undefined;

/**
 * What makes the spans of batches.
 *
 * @param options whose `operation` is what the worker does with a record, as a verb
 */
export function batchTraces(
  { tracer }: Pick<Tracing, "tracer">,
  { operation, topic, groupId }: {
    operation: string;
    topic: string;
    groupId: string;
  },
): BatchTraces {
  return (records) => {
    const spans = new Map<ReceivedRecord, Span>();
    for (const record of records) {
      const parent = traceParentOf(record);
      if (parent === undefined || !parent.isSampled) continue;
      const span = tracer.startSpan(`${operation} ${topic}`, {
        kind: SpanKind.CONSUMER,
        attributes: {
          ...kafkaAttributes(operation, topic, record.partition),
          "messaging.consumer.group.name": groupId,
          "messaging.kafka.offset": record.offset,
        },
      }, childOf(parent));
      if (span.isRecording()) spans.set(record, span);
    }
    const [record] = spans.keys();
    if (record === undefined) return undefined;
    const batch = tracer.startSpan(`${operation} batch of ${topic}`, {
      root: true,
      links: [...spans.values()].map((span) => ({
        context: span.spanContext(),
      })),
      attributes: {
        ...kafkaAttributes(operation, topic, record.partition),
        "messaging.consumer.group.name": groupId,
        "messaging.batch.message_count": records.length,
      },
    });
    return new BatchTrace(batch, spans);
  };
}

export class BatchTrace {
  readonly #batch: Span;
  /** Of the records that are not committed yet. */
  readonly #spans: Map<ReceivedRecord, Span>;

  constructor(batch: Span, spans: Map<ReceivedRecord, Span>) {
    this.#batch = batch;
    this.#spans = spans;
  }

  /** What follows from a record, naming the record's span as the one it came from. */
  passedOn(
    record: ReceivedRecord,
    output: readonly OutgoingRecord[],
  ): readonly OutgoingRecord[] {
    const span = this.#spans.get(record);
    if (span === undefined) return output;
    const traceparent = traceparentOf(span);
    return output.map(({ topic, key, value, headers }) => ({
      topic,
      key,
      value,
      headers: withTraceparent(headers, traceparent),
    }));
  }

  retrying(
    { error, attempt, delayMs }: {
      error: unknown;
      attempt: number;
      delayMs: number;
    },
  ): void {
    this.#batch.addEvent("retrying", {
      "eventflow.attempt": attempt,
      "eventflow.delay_ms": Math.round(delayMs),
      "exception.type": error instanceof Error ? error.name : typeof error,
      "exception.message": describeError(error),
    });
  }

  committed(results: readonly Result[]): void {
    for (const { record, outcome } of results) {
      const span = this.#spans.get(record);
      if (span !== undefined) finish(span, outcome);
      this.#spans.delete(record);
    }
  }

  /**
   * Whatever became of the batch. Of a record that is not committed here, what was written may yet be
   * committed, and it names the record's span: that must not be missing.
   */
  end(): void {
    for (const span of this.#spans.values()) {
      span.setAttribute("eventflow.result", "left");
      span.end();
    }
    this.#batch.end();
  }
}

/** Once it is committed; never with a message, which may quote the event. */
function finish(span: Span, outcome: Outcome): void {
  const [rejection] = rejectionsOf(outcome);
  if (rejection !== undefined) {
    span.setAttributes({
      "eventflow.result": "dead_lettered",
      "error.type": rejection.code,
    });
    span.setStatus({ code: SpanStatusCode.ERROR, message: rejection.code });
  } else {
    span.setAttribute(
      "eventflow.result",
      outcome.kind === "done" ? outcome.as ?? "done" : "forwarded",
    );
  }
  span.end();
}

/** By OpenTelemetry's semantic conventions for messaging. */
function kafkaAttributes(operation: string, topic: string, partition: number) {
  return {
    "messaging.system": "kafka",
    "messaging.operation.name": operation,
    "messaging.operation.type": "process",
    "messaging.destination.name": topic,
    "messaging.destination.partition.id": String(partition),
  };
}
