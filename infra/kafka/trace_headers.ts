import { headers } from "#contracts/headers.ts";
import { parseTraceparent, type TraceParent } from "#runtime/trace_context.ts";
import { header, headerText } from "./headers.ts";
import type { RecordHeader } from "./port.ts";

/** The span a record came from, if it says so. */
export function traceParentOf(
  { headers: all }: { headers: readonly RecordHeader[] },
): TraceParent | undefined {
  const text = headerText(all, headers.traceparent);
  return text === undefined ? undefined : parseTraceparent(text);
}

/** The same headers, but for the span they name. */
export function withTraceparent(
  all: readonly RecordHeader[],
  traceparent: string,
): RecordHeader[] {
  return [
    ...all.filter(({ name }) => name !== headers.traceparent),
    header(headers.traceparent, traceparent),
  ];
}
