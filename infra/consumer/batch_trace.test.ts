import { SpanStatusCode } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers as headerNames } from "#contracts/headers.ts";
import { TransientError } from "#runtime/errors.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type BatchTraces, batchTraces } from "./batch_trace.ts";
import { done, type Outcome } from "./handler.ts";
import { processor, received } from "#kit/kafka/test_processor.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";
const rejection = { code: "not_json", message: "", issues: [] } as const;

function tracing() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const traces = batchTraces({ tracer: provider.getTracer("test") }, {
    operation: "judge",
    topic: "in",
    groupId: "judges",
  });
  return { traces, spans: () => exporter.getFinishedSpans() };
}

function traced(record: ReceivedRecord, flags: string): ReceivedRecord {
  const traceparent = `00-${traceId}-${parent}-${flags}`;
  return {
    ...record,
    headers: [
      header(headerNames.receivedAt, "1"),
      header(headerNames.traceparent, traceparent),
    ],
  };
}

/** Works records off in a processor, the first one's outcome given. */
async function workedOff(
  traces: BatchTraces,
  records: readonly ReceivedRecord[],
  { first = done, failures = 0 }: { first?: Outcome; failures?: number } = {},
) {
  const written: unknown[] = [];
  const { processor: working, idle } = processor({
    traces,
    maxRecords: 10,
    handle: (all) => Promise.resolve(all.map((_, n) => n === 0 ? first : done)),
    output: ({ headers }) => [
      { topic: "out", key: null, value: Buffer.from("x"), headers },
    ],
    commit({ output }) {
      if (failures-- > 0) return Promise.reject(new TransientError("away"));
      written.push(
        ...output.map(({ headers }) =>
          headers.map(({ name, value }) => `${name}: ${value}`)
        ),
      );
      return Promise.resolve({ kind: "committed" });
    },
  });
  working.accept({
    ...received(...records.map(({ offset }) => offset)),
    records,
  });
  await idle;
  await working.end();
  return written;
}

const [one, last] = received(8, 9).records;
if (one === undefined || last === undefined) throw new Error("No records");

test("records without a sampled trace make no span, and their headers are passed on as they came", async () => {
  const { traces, spans } = tracing();
  const written = await workedOff(traces, [traced(one, "00"), last]);
  assert.deepEqual(spans(), []);
  assert.deepEqual(written, [
    [
      "eventflow-received-at: 1",
      `traceparent: 00-${traceId}-${parent}-00`,
    ],
    [],
  ]);
});

test("a record's span is in its trace, what follows names it, and the batch's span links to it", async () => {
  const { traces, spans } = tracing();
  const written = await workedOff(traces, [traced(one, "01"), last]);
  const [record, batch, ...others] = spans();
  assert.deepEqual(others, []);
  assert.equal(record?.name, "judge in");
  assert.equal(record?.parentSpanContext?.spanId, parent);
  assert.equal(record?.spanContext().traceId, traceId);
  assert.equal(record?.attributes["messaging.kafka.offset"], 8);
  assert.deepEqual(written, [
    [
      "eventflow-received-at: 1",
      `traceparent: 00-${traceId}-${record?.spanContext().spanId}-01`,
    ],
    [],
  ]);
  assert.equal(batch?.name, "judge batch of in");
  assert.deepEqual(
    batch?.links.map(({ context }) => context.spanId),
    [record?.spanContext().spanId],
  );
  assert.equal(batch?.attributes["messaging.batch.message_count"], 2);
});

test("a dead letter's span has failed, with its code and no text", async () => {
  const { traces, spans } = tracing();
  const first: Outcome = { kind: "dead-letter", rejection };
  await workedOff(traces, [traced(one, "01"), last], { first });
  const [record] = spans();
  assert.deepEqual(record?.status, {
    code: SpanStatusCode.ERROR,
    message: "not_json",
  });
  assert.equal(record?.attributes["error.type"], "not_json");
});

test("each retry is an event of the batch's span, and the record's span is made once", async () => {
  const { traces, spans } = tracing();
  await workedOff(traces, [traced(one, "01"), last], { failures: 2 });
  const [, batch, ...others] = spans();
  assert.deepEqual(others, []);
  assert.deepEqual(
    batch?.events.map(({ name, attributes }) => [
      name,
      attributes?.["eventflow.attempt"],
      attributes?.["exception.type"],
    ]),
    [["retrying", 1, "TransientError"], ["retrying", 2, "TransientError"]],
  );
});

test("where the group turns out to be past a batch, its records' spans say that they were left", async () => {
  const { traces, spans } = tracing();
  const { processor: working, idle } = processor({
    traces,
    commit: () => Promise.resolve({ kind: "superseded", position: 100 }),
  });
  working.accept({ ...received(8), records: [traced(one, "01")] });
  await idle;
  await working.end();
  assert.deepEqual(
    spans().map(({ attributes }) => attributes["eventflow.result"]),
    ["left", undefined],
  );
});
