import { Buffer } from "node:buffer";
import { topics } from "#contracts/topics.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";

/** A record of the validated topic, as a worker receives it. */
export function record(
  offset: number,
  json: string | null,
  { partition = 0, headers = {} }: {
    partition?: number;
    headers?: Readonly<Record<string, string>>;
  } = {},
): ReceivedRecord {
  return {
    topic: topics.validated.name,
    partition,
    offset,
    timestampMs: 0,
    key: null,
    value: json === null ? null : Buffer.from(json),
    headers: Object.entries(headers).map(([name, value]) =>
      header(name, value)
    ),
  };
}
