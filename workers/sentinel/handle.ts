import { parseEvent } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, type Outcome } from "#consumer/handler.ts";

/**
 * Sentinel: what becomes of one record. It may be called again with the same one, so its effects must be idempotent.
 */
export function handle(record: ReceivedRecord): Outcome {
  const parsed = parseEvent(record.value);
  if (!parsed.ok) return { kind: "dead-letter", rejection: parsed.rejection };
  // Replace by what this worker is for: `parsed.value` is the event. If it has to wait for something, such as a database,
  // write a `Handler` in place of this function: it is given the records of a batch together.
  return done;
}
