/**
 * Made-up traffic with incidents whose truth is known: for tests, and to judge a detector by. It follows from its seed.
 *
 * @module
 */
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { type CurveName, curves, meanOfOne } from "./curves.ts";
import { Random } from "./random.ts";

export type TrafficOptions = {
  readonly seed: number;
  readonly days: number;
  /** Payments a minute on average, all providers together. */
  readonly perMinute: number;
  readonly curve: CurveName;
  /** Providers and their part of the traffic. */
  readonly providers: Readonly<Record<string, number>>;
  readonly currencies: readonly string[];
  readonly approval: number;
  /** Traffic of a Saturday and a Sunday, beside that of other days. */
  readonly weekend: number;
  /** Variance over mean of a minute's payments; 1 is Poisson. */
  readonly dispersion: number;
  /** Standard deviation of whole days, as a part of their mean. */
  readonly dayNoise: number;
  /** Growth in a week, as a part. */
  readonly growth: number;
  /** Part of the events that come up to five minutes late. */
  readonly late: number;
  readonly startMs: number;
};

export const usualTraffic: TrafficOptions = {
  seed: 1,
  days: 42,
  perMinute: 6.7,
  curve: "wave",
  providers: { stripe: 1 },
  currencies: ["EUR"],
  approval: 0.92,
  weekend: 1,
  dispersion: 1,
  dayNoise: 0,
  growth: 0,
  late: 0,
  startMs: Date.UTC(2026, 0, 1),
};

export const incidentKinds = [
  "outage",
  "half",
  "third_less",
  "surge",
  "approval_drop",
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

export type MadeIncident = {
  readonly kind: IncidentKind;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Absent: all. */
  readonly provider?: string | undefined;
};

/** What an incident does to the traffic it is about. */
const effects: Readonly<
  Record<IncidentKind, { readonly volume: number; readonly approval?: number }>
> = {
  outage: { volume: 0 },
  half: { volume: 0.5 },
  third_less: { volume: 0.7 },
  surge: { volume: 2 },
  approval_drop: { volume: 1, approval: 0.8 },
};

export type MadeEvent = {
  readonly atMs: number;
  readonly event: Readonly<Record<string, unknown>>;
};

const declines = [
  {
    of: { class: "soft", code: "insufficient_funds", advice: "retry_later" },
    weight: 6,
  },
  {
    of: { class: "hard", code: "do_not_honor", advice: "do_not_retry" },
    weight: 2,
  },
  {
    of: { class: "authentication", code: "3ds_failed", advice: "authenticate" },
    weight: 1,
  },
  {
    of: {
      class: "technical",
      code: "issuer_unavailable",
      advice: "retry_later",
    },
    weight: 1,
  },
];

/** Events in the order in which they come. */
export function* traffic(
  options: TrafficOptions,
  incidents: readonly MadeIncident[] = [],
): Generator<MadeEvent> {
  const random = new Random(options.seed);
  const curve = meanOfOne(curves[options.curve]);
  const parts = Object.entries(options.providers);
  const whole = parts.reduce((sum, [, part]) => sum + part, 0);
  const waiting: MadeEvent[] = [];
  let [count, dayLevel] = [0, 1];
  for (let minute = 0; minute < options.days * 1440; minute++) {
    const atMs = options.startMs + minute * 60_000;
    if (minute % 1440 === 0) {
      dayLevel = Math.exp(options.dayNoise * random.normal());
    }
    const weekday = new Date(atMs).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    const usual = options.perMinute * curve((minute % 1440) / 60) * dayLevel *
      (isWeekend ? options.weekend : 1) *
      (1 + options.growth) ** (minute / 10_080);
    const made: MadeEvent[] = [];
    for (const [provider, part] of parts) {
      const { volume, approval } = effectAt(incidents, provider, atMs);
      const mean = usual * part / whole * volume;
      const shaken = mean *
        random.gamma((options.dispersion - 1) / Math.max(mean, 1e-9));
      for (let left = random.poisson(shaken); left > 0; left--) {
        made.push({
          atMs: atMs + Math.floor(random.next() * 60_000),
          event: payment(++count, provider, {
            random,
            options,
            approval: approval ?? options.approval,
          }),
        });
      }
    }
    made.sort((a, b) => a.atMs - b.atMs);
    for (const one of made) {
      const event = {
        ...one.event,
        timestamp: new Date(one.atMs).toISOString(),
      };
      if (options.late > 0 && random.next() < options.late) {
        waiting.push({ atMs: one.atMs + random.next() * 300_000, event });
        continue;
      }
      while ((waiting[0]?.atMs ?? Infinity) <= one.atMs) {
        const late = waiting.shift();
        if (late) yield late;
      }
      yield { atMs: one.atMs, event };
    }
    waiting.sort((a, b) => a.atMs - b.atMs);
  }
  yield* waiting;
}

function effectAt(
  incidents: readonly MadeIncident[],
  provider: string,
  atMs: number,
): { volume: number; approval?: number } {
  const incident = incidents.find((one) =>
    one.sinceMs <= atMs && atMs < one.untilMs &&
    (one.provider === undefined || one.provider === provider)
  );
  return incident ? effects[incident.kind] : { volume: 1 };
}

function payment(
  number: number,
  provider: string,
  { random, options, approval }: {
    random: Random;
    options: TrafficOptions;
    approval: number;
  },
): Record<string, unknown> {
  const isApproved = random.next() < approval;
  const currency = options.currencies[
    Math.floor(random.next() * options.currencies.length)
  ];
  return {
    event_id: `evt_${number}`,
    event_type: isApproved ? PAYMENT_AUTHORIZED : PAYMENT_FAILED,
    schema_version: 1,
    source: `${provider}:default`,
    payload: {
      payment_id: `pay_${number}`,
      order_id: `ord_${number}`,
      amount: (1 + Math.round(100 * Math.exp(3.5 + random.normal()))) / 100,
      currency,
      provider,
      ...isApproved
        ? { provider_auth_id: `auth_${number}` }
        : { stage: "authorize", decline: random.pick(declines) },
    },
  };
}

/** Incidents of two hours, one after the other, at random times with quiet between. */
export function madeIncidents(
  { seed, fromMs, untilMs, kinds, providers }: {
    readonly seed: number;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly kinds: readonly IncidentKind[];
    /** Whose they are, in turns; empty: everyone's. */
    readonly providers: readonly string[];
  },
): MadeIncident[] {
  const random = new Random(seed ^ 0x5eed);
  const incidents: MadeIncident[] = [];
  let atMs = fromMs;
  for (let index = 0;; index++) {
    atMs += (4 + 8 * random.next()) * 3_600_000;
    const kind = kinds[index % kinds.length];
    const untilOneMs = atMs + 2 * 3_600_000;
    if (kind === undefined || untilOneMs > untilMs) return incidents;
    const provider =
      providers[Math.floor(index / kinds.length) % providers.length];
    incidents.push({
      kind,
      sinceMs: Math.round(atMs),
      untilMs: Math.round(untilOneMs),
      provider,
    });
    atMs = untilOneMs;
  }
}
