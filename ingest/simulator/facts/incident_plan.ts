import type { AnomalySignal } from "#contracts/anomaly.ts";
import type { ProviderName } from "../../provider_accounts/names.ts";
import { between, oneOf, type Random } from "../customers/random.ts";
import type { IncidentKind } from "../incidents/kinds.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** An incident at one provider. Times in milliseconds since the epoch, `untilMs` not included. */
export type PlannedIncident = {
  readonly kind: IncidentKind;
  readonly provider: ProviderName;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Share of payments that an outage leaves, or that a drop leaves approved, 0 to 1. */
  readonly left: number;
};

/** In what an incident shows first. */
const signals: Readonly<Record<IncidentKind, AnomalySignal>> = {
  "provider-outage": "volume",
  "approval-drop": "approval",
  "fraud-ring": "decline_mix",
  "duplicate-storm": "duplicates",
};

export type IncidentWishes = {
  readonly kinds: readonly IncidentKind[];
  /** At one of these; never at two at once. */
  readonly providers: readonly ProviderName[];
  /** Days at the beginning without any, from which to learn what is usual. */
  readonly quietDays: number;
  /** How far incidents begin apart. */
  readonly everyDays: number;
  readonly lastMinutes: number;
  /** If absent, an outage leaves nothing, and drops leave 0.5 and 0.8 by turns. */
  readonly left?: number | undefined;
};

/** Incidents by turns, each at some time of its span, and over before the next begins. */
export function planIncidents(
  { kinds, providers, quietDays, everyDays, lastMinutes, left }: IncidentWishes,
  { sinceMs, untilMs, random }: {
    readonly sinceMs: number;
    readonly untilMs: number;
    readonly random: Random;
  },
): PlannedIncident[] {
  if (kinds.length === 0) return [];
  const planned: PlannedIncident[] = [];
  const lastMs = lastMinutes * MINUTE_MS;
  const spanMs = Math.max(everyDays * DAY_MS, 2 * lastMs);
  const firstMs = sinceMs + quietDays * DAY_MS;
  for (let n = 0; firstMs + (n + 1) * spanMs <= untilMs; n++) {
    const kind = kinds[n % kinds.length] ?? "provider-outage";
    const round = Math.floor(n / kinds.length);
    // Whole minutes, and half a length free before and behind.
    const atMinute = between(
      Math.ceil(lastMinutes / 2),
      Math.floor((spanMs - 1.5 * lastMs) / MINUTE_MS),
      random,
    );
    const beginsMs = firstMs + n * spanMs + atMinute * MINUTE_MS;
    planned.push({
      kind,
      provider: oneOf(providers, random),
      sinceMs: beginsMs,
      untilMs: beginsMs + lastMs,
      left: left ??
        (kind === "approval-drop" ? [0.5, 0.8][round % 2] ?? 0.5 : 0),
    });
  }
  return planned;
}

/** The truth about an incident, as one line of JSON. */
export function incidentLine(
  { kind, provider, sinceMs, untilMs, left }: PlannedIncident,
): string {
  return JSON.stringify({
    kind,
    signal: signals[kind],
    segment: { provider },
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    ...(kind === "approval-drop" || kind === "provider-outage") && { left },
  });
}
