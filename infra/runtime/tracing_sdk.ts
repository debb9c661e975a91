/**
 * OpenTelemetry's SDK, the same on both runtimes. It is not made the global one: whoever makes a span was
 * given the tracer. See docs/decisions/0008-traces.md.
 *
 * @module
 */
import type { Attributes, Context, Link, SpanKind } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { sleep } from "./backoff.ts";
import { describeError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Tracing } from "./tracing.ts";
import type { TracingConfig } from "./tracing_settings.ts";

/** Spans that wait to be sent, at most: a span takes one to two KB. Further ones are dropped. */
const MAX_WAITING_SPANS = 8_192;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Links of the span of a batch: one a record, and no more than a batch has records. */
const MAX_LINKS = 10_000;

export function sendingTraces(
  { service, version, log, tracesEndpoint, ...config }:
    & Omit<TracingConfig, "tracesEndpoint">
    & { tracesEndpoint: string; service: string; version: string; log: Log },
): Tracing {
  const url = tracesUrl(tracesEndpoint);
  const options = { url, headers: { ...config.tracesHeaders } };
  const exporter = config.tracesProtocol === "http/json"
    ? new JsonExporter(options)
    : new ProtobufExporter(options);
  const provider = new TracerProvider({
    sampler: new FollowingLinks(samplerOf(config)),
    resource: resourceFromAttributes({
      "service.name": service,
      "service.version": version,
    }).merge(detectResources({ detectors: [envDetector] })),
    spanLimits: { linkCountLimit: MAX_LINKS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingOfOutages(exporter, { url, log }),
        maxQueueSize: MAX_WAITING_SPANS,
        scheduledDelayMillis: 1_000,
        // The exporter's own time is over first: OTEL_EXPORTER_OTLP_TIMEOUT, by default 10 s.
        exportTimeoutMillis: LONGEST_TIMEOUT_MS,
      }),
    ],
  });
  log.info("Traces go to {url}", { url: placeOf(url) });
  return {
    tracer: provider.getTracer("eventflow", version),
    async close(withinMs) {
      const closed = new AbortController();
      await Promise.race([
        provider.shutdown().catch(() => {}),
        sleep(withinMs, closed.signal),
      ]);
      closed.abort();
    },
  };
}

/** The specification's path for traces, behind whatever path the endpoint has. */
function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url.href;
}

/** What of a URL is no secret: its user, its path or its query may be the key to write there. */
function placeOf(url: string): string {
  return new URL(url).origin;
}

function samplerOf(
  { tracesSampler, tracesSamplerArg }: Pick<
    TracingConfig,
    "tracesSampler" | "tracesSamplerArg"
  >,
): Sampler {
  switch (tracesSampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(tracesSamplerArg);
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({
        root: new TraceIdRatioBasedSampler(tracesSamplerArg),
      });
  }
}

/** The span of a batch is a root of its own, and is there for the sampled spans that it links to. */
class FollowingLinks implements Sampler {
  readonly #others: Sampler;

  constructor(others: Sampler) {
    this.#others = others;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    return links.length > 0
      ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
      : this.#others.shouldSample(
        context,
        traceId,
        name,
        kind,
        attributes,
        links,
      );
  }

  toString(): string {
    return `FollowingLinks{${this.#others}}`;
  }
}

/** Says once that a receiver takes no spans, and once that it does again. Spans meanwhile are dropped. */
function tellingOfOutages(
  exporter: SpanExporter,
  { url, log }: { url: string; log: Log },
): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined || result.code !== 0;
        if (failed && !isAway) {
          log.warn("Traces are dropped, {url} does not take them: {reason}", {
            url: placeOf(url),
            reason: describeError(result.error ?? "no reason given"),
          });
        } else if (!failed && isAway) {
          log.info("Traces are taken again");
        }
        isAway = failed;
        // The processor would report the failure once more.
        done({ code: 0 });
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
