import type { Span } from "@opentelemetry/api";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { sleep } from "./backoff.ts";
import { readConfig } from "./config.ts";
import type { Log } from "./log.ts";
import { otlpReceiver } from "#kit/runtime/test_otlp_receiver.ts";
import { childOf, startTracing, traceparentOf } from "./tracing.ts";
import { tracingSettings } from "./tracing_settings.ts";

/** Of who waits for what takes no time on an idle machine. */
const PATIENCE_MS = 120_000;
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

async function tracingTo(endpoint: string, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = {
    info: (...line: unknown[]) => lines.push(line.map(asText).join(" ")),
    warn: (...line: unknown[]) => lines.push(line.map(asText).join(" ")),
  } as unknown as Log;
  const config = readConfig("test", tracingSettings, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    ...env,
  });
  const about = { service: "test", version: "1", log };
  return { tracing: await startTracing(config, about), lines };
}

const asText = (part: unknown) =>
  typeof part === "string" ? part : JSON.stringify(part);

const isSampled = (span: Span | undefined) => span?.isRecording() ?? false;

test("without a receiver there are no traces", async () => {
  assert.equal((await tracingTo("")).tracing, undefined);
});

test("a span arrives within the trace of its parent", async () => {
  await using receiver = await otlpReceiver();
  const { tracing } = await tracingTo(receiver.endpoint);
  const parent = childOf({ traceId, spanId, isSampled: true });
  const span = tracing?.tracer.startSpan("one", {}, parent);
  assert.match(
    span === undefined ? "" : traceparentOf(span),
    new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`),
  );
  span?.end();
  await tracing?.close(PATIENCE_MS);
  assert.deepEqual(
    receiver.spans.map(({ service, name, traceId, parentSpanId }) => ({
      service,
      name,
      traceId,
      parentSpanId,
    })),
    [{ service: "test", name: "one", traceId, parentSpanId: spanId }],
  );
});

test("spans go out in protobuf, unless JSON is asked for", async () => {
  await using receiver = await otlpReceiver();
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "" };
  const { tracing } = await tracingTo(receiver.endpoint, env);
  tracing?.tracer.startSpan("one").end();
  await tracing?.close(PATIENCE_MS);
  assert.deepEqual(receiver.requests, ["application/x-protobuf"]);
});

test("the sampler decides over roots, a sampled parent over its children, and links over what links", async () => {
  await using receiver = await otlpReceiver();
  const env = {
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0",
  };
  const { tracing } = await tracingTo(receiver.endpoint, env);
  const start = (isParentSampled?: boolean) =>
    tracing?.tracer.startSpan(
      "one",
      {},
      isParentSampled === undefined
        ? undefined
        : childOf({ traceId, spanId, isSampled: isParentSampled }),
    );
  assert.equal(isSampled(start()), false);
  assert.equal(isSampled(start(false)), false);
  const child = start(true);
  assert.equal(isSampled(child), true);
  const links = child === undefined ? [] : [{ context: child.spanContext() }];
  const batch = tracing?.tracer.startSpan("batch", { root: true, links });
  assert.equal(isSampled(batch), true);
  await tracing?.close(PATIENCE_MS);
});

test("a receiver that never answers holds up a stop no longer than is said", async () => {
  await using receiver = await otlpReceiver({ status: "none" });
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = "3600000";
  const { tracing } = await tracingTo(receiver.endpoint);
  delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT;
  tracing?.tracer.startSpan("one").end();
  const over = new AbortController();
  const isClosed = await Promise.race([
    tracing?.close(20).then(() => true),
    sleep(PATIENCE_MS, over.signal).then(() => false),
  ]);
  over.abort();
  assert.ok(isClosed, "it still waits for the receiver");
  while (receiver.requests.length === 0) await sleep(10);
});

test("a receiver that takes no spans is told of once", async () => {
  await using receiver = await otlpReceiver({ status: 400 });
  const { tracing, lines } = await tracingTo(receiver.endpoint);
  for (let n = 0; n < 3 * 512; n++) tracing?.tracer.startSpan("one").end();
  await tracing?.close(PATIENCE_MS);
  assert.ok(receiver.requests.length >= 3);
  assert.deepEqual(lines.map((line) => line.split(" ", 3).join(" ")), [
    "Traces go to",
    "Traces are dropped,",
  ]);
});

test("what is sent carries the headers that are set, from a file too, and no key is logged", async () => {
  await using receiver = await otlpReceiver({ status: 401 });
  const { port } = new URL(receiver.endpoint);
  const endpoint = `http://127.0.0.1:${port}/hunter2?key=hunter3`;
  const folder = await mkdtemp(join(tmpdir(), "eventflow-headers-"));
  try {
    const file = join(folder, "headers");
    await writeFile(file, "authorization=Bearer%20hunter4, other=1\n");
    const env = { OTEL_EXPORTER_OTLP_HEADERS_FILE: file };
    const { tracing, lines } = await tracingTo(endpoint, env);
    tracing?.tracer.startSpan("one").end();
    await tracing?.close(5_000);
    assert.deepEqual(receiver.logins, ["Bearer hunter4"]);
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join(), /hunt/);
    assert.match(lines.join(), new RegExp(`127\\.0\\.0\\.1:${port}`));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("headers that are none are refused, and not shown", async () => {
  for (const text of ["hunter2", "a b=hunter2", "a=%hunter2", "a=hunter%0a2"]) {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: text };
    await assert.rejects(
      tracingTo("http://127.0.0.1:1", env),
      ({ message }: Error) => {
        assert.match(message, /OTEL_EXPORTER_OTLP_HEADERS must be key=value/);
        assert.doesNotMatch(message, /hunt/);
        return true;
      },
    );
  }
});
