/**
 * For tests of the audit: a report in brief.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Report } from "#operations/audit/report.ts";
import { eventJson, type TestPipeline } from "./test_pipeline.ts";

/** Bodies of events e-0, e-1 and so on. */
export const some = (count: number) =>
  Array.from({ length: count }, (_, n) => eventJson(`e-${n}`));

/** The sums as texts, such as "raw 2 = validated 1 + dead letters 1". */
export function sumsOf({ sums }: Report): string[] {
  const side = (terms: Report["sums"][0]["left"]) =>
    terms.map(({ name, count }) => `${name} ${count}`).join(" + ");
  return sums.map(({ left, right }) => `${side(left)} = ${side(right)}`);
}

export const brief = ({ findings }: Report) =>
  findings.map(({ kind, event_id, record, outputs }) => ({
    kind,
    event_id,
    record,
    outputs,
  }));

/** The first record of an event in a topic. */
export async function recordOf(
  pipeline: TestPipeline,
  topic: string,
  eventId: string,
): Promise<ReceivedRecord> {
  const records = await pipeline.cluster.readAll(topic);
  const found = records.find(({ value }) =>
    `${value}`.includes(`"${eventId}"`)
  );
  assert.ok(found);
  return found;
}
