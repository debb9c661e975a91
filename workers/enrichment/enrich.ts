import { createHash } from "node:crypto";
import type { Enriching } from "#contracts/enriched_text.ts";
import { enrichmentText, factsText, featuresText } from "./enrichment_text.ts";
import { eventFacts } from "./features/event_facts.ts";
import { featureRow } from "./features/features.ts";
import type { Rates } from "./features/rates.ts";
import { scoredMoment } from "./features/scored_moment.ts";
import type { EventLike, Fact } from "./history/fact.ts";
import type { Band, Degradation, Scorer } from "./risk/score.ts";
import type { Known } from "./timeline/remembered_past.ts";

/** What is worked out about one event, and what of it is counted. */
export type Enriched = Enriching & {
  readonly band: Band | undefined;
  readonly degraded: readonly Degradation[];
};

/** By what events are judged. */
export type Judging = {
  readonly scorer: Scorer;
  readonly rates: Rates | undefined;
};

const HOUR_MS = 3_600_000;

/** By what events are judged, with the scorer's model as JSON text. */
export type JudgingBy = Judging & { readonly model: string };

/** What is worked out about an event. It depends on nothing but the event, what was known, and what is judged by. */
export function enrich(
  { event, fact }: { event: EventLike; fact: Fact },
  known: Known,
  { scorer, rates, model }: JudgingBy,
): Enriched {
  const { view, cut } = known;
  const moment = scoredMoment(event, fact, { view, rates });
  const facts = eventFacts(event, moment, { view, rates });
  const row = featureRow(moment);
  const features = featuresText(row);
  const isScored = fact.kind === "authorized" || fact.kind === "declined";
  const judged = isScored ? scorer.score(row, historyHours(known)) : undefined;
  return {
    riskScore: judged && `${judged.score}`,
    enrichment: enrichmentText({
      model,
      features,
      featuresSha256: sha256(features),
      cut,
      judged,
      historyHours: historyHours(known),
      facts: factsText(facts),
    }),
    band: judged?.band,
    degraded: judged?.degraded ?? [],
  };
}

/** Of an event of a type that is not known here nothing is worked out, and it says so. */
export function enrichLaterType(
  known: Known,
  { model }: Pick<JudgingBy, "model">,
): Enriched {
  const features = "{}";
  const enrichment = enrichmentText({
    model,
    features,
    featuresSha256: sha256(features),
    cut: known.cut,
    judged: undefined,
    historyHours: historyHours(known),
    facts: ',"missing":["event_type"]',
  });
  return { riskScore: undefined, enrichment, band: undefined, degraded: [] };
}

/** Whole hours that what is known reaches back. */
function historyHours({ sinceMs, sliceMs }: Known): number {
  return Math.floor((sliceMs - sinceMs) / HOUR_MS);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
