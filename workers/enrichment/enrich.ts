import { createHash } from "node:crypto";
import type { Enriching } from "#contracts/enriched_text.ts";
import type { Enrichment } from "#contracts/events/payment_enriched.ts";
import { eventFacts } from "./features/event_facts.ts";
import { featureNames, featureRow } from "./features/features.ts";
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

/** What is worked out about an event. It depends on nothing but the event, what was known, and what is judged by. */
export function enrich(
  { event, fact }: { event: EventLike; fact: Fact },
  { view, cut, sinceMs, sliceMs }: Known,
  { scorer, rates }: Judging,
): Enriched {
  const moment = scoredMoment(event, fact, { view, rates });
  const { missing, ...facts } = eventFacts(event, moment, { view, rates });
  const row = featureRow(moment);
  const features = featuresText(row);
  const isScored = fact.kind === "authorized" || fact.kind === "declined";
  const historyHours = Math.floor((sliceMs - sinceMs) / HOUR_MS);
  const judged = isScored ? scorer.score(row, historyHours) : undefined;
  const rest: Omit<Enrichment, Stated> = {
    features_sha256: sha256(features),
    state_cut: cut,
    ...judged && {
      score: judged.score,
      band: judged.band,
      reasons: [...judged.reasons],
    },
    facts: {
      history_hours: historyHours,
      ...facts,
      missing,
    },
    ...judged && judged.degraded.length > 0 &&
      { degraded: [...judged.degraded] },
  };
  const model = JSON.stringify(scorer.model);
  return {
    riskScore: judged && JSON.stringify(judged.score),
    enrichment: `{"version":1,"model":${model},"features":${features},${
      JSON.stringify(rest).slice(1)
    }`,
    band: judged?.band,
    degraded: judged?.degraded ?? [],
  };
}

/** What is put in front as text. */
type Stated = "version" | "model" | "features";

const namesAsKeys = featureNames.map((name) => `${JSON.stringify(name)}:`);

/** Features as JSON, without those that are not known: by hand, for there are many, and they are hashed as they stand. */
function featuresText(row: Float64Array): string {
  let text = "";
  for (let n = 0; n < namesAsKeys.length; n++) {
    const value = row[n] ?? NaN;
    if (!Number.isFinite(value)) continue;
    // -0 is 0, as JSON has it.
    text += `${text === "" ? "" : ","}${namesAsKeys[n]}${value}`;
  }
  return `{${text}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
