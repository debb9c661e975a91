/**
 * What enrichment says as JSON text, written by hand: there is more of it than of the event, for each record, and half of it is the
 * same every time.
 *
 * @module
 */
import type { EventFacts, Party } from "./features/event_facts.ts";
import { featureNames } from "./features/features.ts";
import type { LifeCycleFacts } from "./features/life_cycle.ts";
import { stranger } from "./history/entity_view.ts";
import type { Recent, Totals } from "./history/recent.ts";
import type { Reason, Score } from "./risk/score.ts";
import type { Cut } from "./timeline/timeline.ts";

const namesAsKeys = featureNames.map((name) => `,${JSON.stringify(name)}:`);
/** All features as they are written if they are 0, and where each begins: most are, and many in a row. */
const zeros = namesAsKeys.map((key) => `${key}0`).join("");
const zerosFrom = [0];
for (const key of namesAsKeys) {
  zerosFrom.push((zerosFrom.at(-1) ?? 0) + key.length + 1);
}

/** Features as an object, without those that are not known. */
export function featuresText(row: Float64Array): string {
  let text = "";
  let firstZero = -1;
  for (let n = 0; n < namesAsKeys.length; n++) {
    const value = row[n] ?? NaN;
    // -0 is 0, as JSON has it.
    if (value === 0) {
      if (firstZero < 0) firstZero = n;
      continue;
    }
    if (firstZero >= 0) {
      text += zeros.slice(zerosFrom[firstZero], zerosFrom[n]);
      firstZero = -1;
    }
    if (Number.isFinite(value)) text += `${namesAsKeys[n]}${value}`;
  }
  if (firstZero >= 0) text += zeros.slice(zerosFrom[firstZero]);
  return `{${text.slice(1)}}`;
}

/** All that is said of an event. */
export type Said = {
  /** As JSON text. */
  readonly model: string;
  /** As `featuresText` writes them, and the hash of that. */
  readonly features: string;
  readonly featuresSha256: string;
  readonly cut: Cut;
  /** Undefined where no score applies. */
  readonly judged: Score | undefined;
  readonly historyHours: number;
  /** As `factsText` writes them: members behind the first. */
  readonly facts: string;
};

/** It reads as `Enrichment` of the contract. */
export function enrichmentText(
  { model, features, featuresSha256, cut, judged, historyHours, facts }: Said,
): string {
  const degraded = judged === undefined || judged.degraded.length === 0
    ? ""
    : `,"degraded":${JSON.stringify(judged.degraded)}`;
  return `{"version":1,"model":${model},"features":${features},"features_sha256":"${featuresSha256}","state_cut":${
    json(cut)
  }${
    judged === undefined ? "" : scoreText(judged)
  },"facts":{"history_hours":${historyHours}${facts}}${degraded}}`;
}

function scoreText({ score, band, reasons }: Score): string {
  let text = "";
  for (const reason of reasons) {
    text += `${text === "" ? "" : ","}${reasonText(reason)}`;
  }
  return `,"score":${number(score)},"band":"${band}","reasons":[${text}]`;
}

const reasonsOf = new Map(
  featureNames.map((name) => [name, `{"feature":${JSON.stringify(name)}`]),
);

function reasonText(reason: Reason): string {
  const { feature, value, contribution } = reason;
  const begun = reasonsOf.get(feature);
  if (begun === undefined) return JSON.stringify(reason);
  return value === undefined
    ? `${begun},"contribution":${number(contribution)}}`
    : `${begun},"value":${number(value)},"contribution":${
      number(contribution)
    }}`;
}

/** Facts as members of an object, behind another: each with a comma in front. */
export function factsText(
  { decline, fx, velocity, life_cycle, countries, missing }: EventFacts,
): string {
  return `${decline === undefined ? "" : `,"decline":${json(decline)}`}${
    fx === undefined ? "" : `,"fx":${json(fx)}`
  }${velocity === undefined ? "" : `,"velocity":${velocityText(velocity)}`}${
    lifeCycleText(life_cycle)
  }${countries === undefined ? "" : `,"countries":${json(countries)}`}${
    missing.length === 0
      ? ',"missing":[]'
      : `,"missing":["${missing.join('","')}"]`
  }`;
}

function velocityText(velocity: NonNullable<EventFacts["velocity"]>): string {
  const { customer, instrument, merchant, order } = velocity;
  const text = of("customer", customer) + of("instrument", instrument) +
    of("merchant", merchant) + of("order", order);
  return `{${text.slice(1)}}`;
}

function of(party: Party, recent: Recent | undefined): string {
  if (recent === undefined) return "";
  return recent === strange
    ? `,"${party}":${ofStranger}`
    : `,"${party}":${windowsText(recent)}`;
}

function windowsText({ windows }: Recent): string {
  return `{"5m":${totalsText(windows["5m"])},"1h":${
    totalsText(windows["1h"])
  },"1d":${totalsText(windows["1d"])},"7d":${totalsText(windows["7d"])},"30d":${
    totalsText(windows["30d"])
  }}`;
}

const totalsText = ({ payments, failed, minor }: Totals) =>
  `[${payments},${failed},${minor}]`;

/** Of most orders nothing is remembered. */
const strange = stranger.recent(0, "EUR");
const ofStranger = windowsText(strange);

const lifeCycleText = (
  { authorized, captured, refunded, breaches }: LifeCycleFacts,
) =>
  `,"life_cycle":{"authorized":${authorized},"captured":${captured},"refunded":${refunded},"breaches":${
    breaches.length === 0 ? "[]" : json(breaches)
  }}`;

const json = (value: object) => JSON.stringify(value);

/** As JSON has it, where there is no number beyond the finite ones. */
const number = (value: number) => Number.isFinite(value) ? `${value}` : "null";
