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
  known: Known,
  { scorer, rates }: Judging,
): Enriched {
  const { view } = known;
  const moment = scoredMoment(event, fact, { view, rates });
  const { missing, ...facts } = eventFacts(event, moment, { view, rates });
  const row = featureRow(moment);
  const features = featuresText(row);
  const isScored = fact.kind === "authorized" || fact.kind === "declined";
  const judged = isScored ? scorer.score(row, historyHours(known)) : undefined;
  return {
    riskScore: judged && JSON.stringify(judged.score),
    enrichment: textOf(known, {
      model: scorer.model,
      features,
      said: judged && {
        score: judged.score,
        band: judged.band,
        reasons: [...judged.reasons],
      },
      facts: { ...facts, missing },
      degraded: judged?.degraded ?? [],
    }),
    band: judged?.band,
    degraded: judged?.degraded ?? [],
  };
}

/** Of an event of a type that is not known here nothing is worked out, and it says so. */
export function enrichLaterType(known: Known, { scorer }: Judging): Enriched {
  const enrichment = textOf(known, {
    model: scorer.model,
    features: "{}",
    said: undefined,
    facts: { missing: ["event_type"] },
    degraded: [],
  });
  return { riskScore: undefined, enrichment, band: undefined, degraded: [] };
}

/** Whole hours that what is known reaches back. */
function historyHours({ sinceMs, sliceMs }: Known): number {
  return Math.floor((sliceMs - sinceMs) / HOUR_MS);
}

function textOf(
  known: Known,
  { model, features, said, facts, degraded }: {
    readonly model: Scorer["model"];
    /** As JSON. */
    readonly features: string;
    readonly said: Pick<Enrichment, "score" | "band" | "reasons"> | undefined;
    readonly facts: Readonly<Record<string, unknown>>;
    readonly degraded: readonly Degradation[];
  },
): string {
  const rest: Omit<Enrichment, Stated> = {
    features_sha256: sha256(features),
    state_cut: known.cut,
    ...said,
    facts: { history_hours: historyHours(known), ...facts },
    ...degraded.length > 0 && { degraded: [...degraded] },
  };
  return `{"version":1,"model":${
    JSON.stringify(model)
  },"features":${features},${JSON.stringify(rest).slice(1)}`;
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
