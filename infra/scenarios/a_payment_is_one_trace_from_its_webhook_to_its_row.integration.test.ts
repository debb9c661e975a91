import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { headers as headerNames } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import {
  type OtlpReceiver,
  otlpReceiver,
  type ReceivedSpan,
} from "#kit/runtime/test_otlp_receiver.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const workers = ["validator", "analytics", "persistence"] as const;
const SENDER = "00f067aa0ba902b7";
const SERVER = "POST /api/webhooks/payment-authorized";
/** OTLP's numbers. */
const kinds = { internal: 1, server: 2, producer: 4, consumer: 5 };
const ERROR = 2;

test("a payment is one trace from its webhook to its row, a corrupt one to its dead letter", () =>
  withProcesses(async (processes) => {
    await using receiver = await otlpReceiver();
    await using pipeline = await openTraced(processes, receiver);
    const { topics, groups } = pipeline;
    const good = trace("a");
    const corrupt = trace("b");
    const unsampled = trace("c");
    await pay(pipeline, "good", { traceparent: good.sampled });
    await pay(pipeline, "corrupt", {
      traceparent: corrupt.sampled,
      amount: "-1",
    });
    await pay(pipeline, "unsampled", { traceparent: unsampled.unsampled });
    await untilFinished(pipeline);
    await until("the traces arrived whole", () => {
      const inBoth = [5, 3];
      const ids = [good.id, corrupt.id];
      const batched = new Set(
        receiver.spans.flatMap(({ links }) => links.map((one) => one.spanId)),
      );
      return ids.every((id, index) => {
        const spans = inTrace(receiver, id);
        return spans.length >= (inBoth[index] ?? 0) &&
          spans.filter(({ kind }) => kind === kinds.consumer)
            .every(({ spanId }) => batched.has(spanId));
      });
    });
    for (const name of ["intake", ...workers]) await processes.stop(name);

    const spans = spansOf(receiver, good.id);
    const webhook = spans(SERVER);
    assert.equal(webhook.parentSpanId, SENDER);
    assert.equal(webhook.kind, kinds.server);
    assert.equal(webhook.service, "intake");
    assert.equal(webhook.attributes["eventflow.result"], "accepted");
    const published = spans(`send ${topics.raw}`);
    assert.equal(published.parentSpanId, webhook.spanId);
    assert.equal(published.kind, kinds.producer);
    const validated = spans(`validate ${topics.raw}`);
    assert.equal(validated.parentSpanId, webhook.spanId);
    assert.equal(validated.attributes["eventflow.result"], "forwarded");
    const counted = spans(`count ${topics.validated}`);
    const stored = spans(`store ${topics.validated}`);
    assert.equal(stored.service, services.persistence);
    assert.equal(stored.attributes["eventflow.result"], "stored");
    assert.equal(
      stored.attributes["messaging.consumer.group.name"],
      groups.persistence,
    );
    for (const span of [counted, stored]) {
      assert.equal(span.parentSpanId, validated.spanId);
      assert.equal(span.kind, kinds.consumer);
    }
    assert.equal(inTrace(receiver, good.id).length, 5);
    for (const span of [validated, counted, stored]) {
      const batch = receiver.spans.find(({ links }) =>
        links.some(({ spanId }) => spanId === span.spanId)
      );
      assert.match(batch?.name ?? "", / batch of /, span.name);
      assert.equal(batch?.kind, kinds.internal);
      assert.notEqual(batch?.traceId, span.traceId);
    }

    const refused = spansOf(receiver, corrupt.id)(`validate ${topics.raw}`);
    assert.equal(refused.attributes["eventflow.result"], "dead_lettered");
    assert.equal(refused.attributes["error.type"], "contract_violation");
    assert.equal(refused.status.code, ERROR);
    assert.equal(inTrace(receiver, corrupt.id).length, 3);
    const [letter] = await pipeline.cluster.readAll(topics.deadLetters);
    assert.equal(
      traceparentIn(letter),
      `00-${corrupt.id}-${refused.spanId}-01`,
    );

    assert.deepEqual(await tracesOfDeadLetters(processes), [corrupt.id]);

    assert.deepEqual(inTrace(receiver, unsampled.id), []);
    const passedOn = (await pipeline.cluster.readAll(topics.validated))
      .map(traceparentIn);
    assert.ok(passedOn.includes(unsampled.unsampled));
    assert.ok(passedOn.includes(`00-${good.id}-${validated.spanId}-01`));
  }));

test("a webhook without a trace begins one, where the sampler says so", () =>
  withProcesses(async (processes) => {
    await using receiver = await otlpReceiver();
    await using pipeline = await openTraced(processes, receiver);
    await pay(pipeline, "good");
    await until("the trace arrived whole", () => receiver.spans.length === 8);
    const [webhook, ...others] = receiver.spans
      .filter(({ name }) => name === SERVER);
    assert.deepEqual(others, []);
    assert.equal(webhook?.parentSpanId, "");
    assert.equal(inTrace(receiver, webhook?.traceId).length, 5);
  }));

test("without a receiver set, trace context is passed on to the byte, and no spans are made", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: "", ...patientIntake },
    });
    await pipeline.start("intake", ...workers);
    const { id, sampled } = trace("d");
    const tracestate = "vendor=1,other=2";
    const context = { traceparent: sampled, tracestate };
    await pay(pipeline, "good", context);
    await pay(pipeline, "corrupt", { ...context, amount: "-1" });
    await untilFinished(pipeline);
    const { cluster, topics } = pipeline;
    for (const topic of [topics.raw, topics.validated, topics.deadLetters]) {
      for (const { headers } of await cluster.readAll(topic)) {
        assert.equal(headerText(headers, headerNames.traceparent), sampled);
        assert.equal(headerText(headers, headerNames.tracestate), tracestate);
      }
    }
    for (const name of ["intake", ...workers]) {
      assert.deepEqual(await logged(processes, name, /^Traces go/), [], name);
    }
    assert.deepEqual(await tracesOfDeadLetters(processes), [id]);
  }));

test("a receiver that never answers delays no payment and no stop", () =>
  withProcesses(async (processes) => {
    await using receiver = await otlpReceiver({ status: "none" });
    await using pipeline = await openTraced(processes, receiver);
    for (let n = 0; n < 20; n++) await pay(pipeline, `payment-${n}`);
    await untilFinished(pipeline);
    await until("it was asked", () => receiver.requests.length > 0);
    for (const name of ["intake", ...workers]) {
      // One that waited for the receiver would be ended at its own deadline, with another code.
      assert.equal((await processes.stop(name)).code, 0, name);
    }
  }));

async function openTraced(
  processes: Processes,
  { endpoint }: OtlpReceiver,
): Promise<Pipeline> {
  const pipeline = await openPipeline(processes, {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      // Longer than a service may take to stop.
      OTEL_EXPORTER_OTLP_TIMEOUT: "3600000",
      ...patientIntake,
    },
  });
  await pipeline.start("intake", ...workers);
  return pipeline;
}

/** A trace that the provider began. */
function trace(digit: string) {
  const id = digit.repeat(32);
  return {
    id,
    sampled: `00-${id}-${SENDER}-01`,
    unsampled: `00-${id}-${SENDER}-00`,
  };
}

async function pay(
  pipeline: Pipeline,
  eventId: string,
  { amount = "49.90", ...trace }: {
    amount?: string;
    traceparent?: string;
    tracestate?: string;
  } = {},
): Promise<void> {
  const { body, headers } = signed(paymentJson({
    eventId,
    paymentId: `payment of ${eventId}`,
    amount,
    currency: "EUR",
  }));
  const status = await send(pipeline.url("intake"), {
    body,
    headers: { ...headers, ...trace },
  });
  assert.equal(status, 202);
}

function inTrace({ spans }: OtlpReceiver, id: string | undefined) {
  return spans.filter(({ traceId }) => traceId === id);
}

/** Finds the one span of a name in a trace. */
function spansOf(receiver: OtlpReceiver, id: string) {
  return (name: string): ReceivedSpan => {
    const spans = inTrace(receiver, id);
    const [span, ...others] = spans.filter((one) => one.name === name);
    assert.ok(
      span !== undefined && others.length === 0,
      `${name} among ${spans.map((one) => one.name).join(", ")}`,
    );
    return span;
  };
}

function traceparentIn(record: ReceivedRecord | undefined) {
  return headerText(record?.headers ?? [], headerNames.traceparent);
}

/** Log lines of a service whose message is such. */
async function logged(processes: Processes, name: string, message: RegExp) {
  const text = await readFile(processes.logOf(name), "utf8");
  return text.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter((line) => message.test(line.message));
}

/** Trace ids by which the validator's log tells of its dead letters. */
async function tracesOfDeadLetters(processes: Processes) {
  const lines = await logged(processes, "validator", /^Dead letter/);
  return lines.map(({ properties, ...line }) =>
    ({ ...line, ...properties }).traceId
  );
}
