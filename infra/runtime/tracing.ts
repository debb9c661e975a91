/**
 * Traces by OpenTelemetry, off unless there is a receiver for them. What makes spans asks for `Tracing`
 * and does nothing if there is none; the SDK is only loaded if there is one.
 *
 * @module
 */
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import type { Log } from "./log.ts";
import { formatTraceparent, type TraceParent } from "./trace_context.ts";
import type { TracingConfig } from "./tracing_settings.ts";

export type Tracing = {
  readonly tracer: Tracer;
  /** Sends the spans in hand, and gives up after `withinMs` milliseconds. Never throws. */
  close(withinMs: number): Promise<void>;
};

/** @returns undefined if no receiver is set */
export async function startTracing(
  { tracesEndpoint, ...config }: TracingConfig,
  about: { service: string; version: string; log: Log },
): Promise<Tracing | undefined> {
  if (tracesEndpoint === undefined) return undefined;
  const { sendingTraces } = await import("./tracing_sdk.ts");
  return sendingTraces({ ...about, ...config, tracesEndpoint });
}

/** For the spans that follow from a span of another process. */
export function childOf({ traceId, spanId, isSampled }: TraceParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}

/** For the spans that are part of a span. */
export function within(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}

/** How a span is named to whoever comes behind. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return formatTraceparent({ traceId, spanId, isSampled });
}
