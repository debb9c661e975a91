import type { ReceivedRecord } from "./port.ts";

/** A record as a plain object that has been read, from one that is read whenever a field is asked for. */
export function wholeRecord(
  { topic, partition, offset, timestampMs, key, value, headers }:
    ReceivedRecord,
): ReceivedRecord {
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key,
    value,
    headers: headers.map(({ name, value }) => ({ name, value })),
  };
}
