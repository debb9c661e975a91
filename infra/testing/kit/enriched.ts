import { createHash } from "node:crypto";
import { enrichedText } from "#contracts/enriched_text.ts";
import { topics } from "#contracts/topics.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { Buffer } from "node:buffer";

/** What was worked out about an event, as far as a test says. */
export type WorkedOut = {
  /** 0 to 1; `null` where no score applies. */
  readonly score: number | null;
  readonly band: "low" | "elevated" | "high";
  readonly degraded: readonly string[];
  readonly model: { readonly id: string; readonly sha256: string } | null;
  readonly features: Readonly<Record<string, number>>;
};

/** The text of an enriched event, as enrichment writes it of an event's text. */
export function enrichedJson(
  event: string,
  {
    score = 0.125,
    band = "low",
    degraded = [],
    model = { id: "a-model", sha256: "0".repeat(64) },
    features = { amount: 49.9 },
  }: Partial<WorkedOut> = {},
): string {
  const text = JSON.stringify(features);
  return enrichedText(event, {
    riskScore: score === null ? undefined : JSON.stringify(score),
    enrichment: JSON.stringify({
      version: 1,
      model,
      features,
      features_sha256: createHash("sha256").update(text).digest("hex"),
      state_cut: { 0: 0 },
      ...score !== null && { score, band, reasons: [] },
      facts: { history_hours: 0 },
      ...degraded.length > 0 && { degraded },
    }),
  });
}

/** What enrichment makes of a record of the validated topic: in the enriched one, at the same place. */
export function enrichedRecord(
  record: ReceivedRecord,
  workedOut: Partial<WorkedOut> = {},
): ReceivedRecord {
  const text = enrichedJson(String(record.value), workedOut);
  return { ...record, topic: topics.enriched.name, value: Buffer.from(text) };
}
