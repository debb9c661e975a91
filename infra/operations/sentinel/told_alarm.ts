import { z } from "zod";
import type { Alarm } from "../../../workers/sentinel/detection/alarm.ts";
import { NAT } from "../../../workers/sentinel/detection/evidence.ts";
import {
  levelOf,
  levels,
  segmentOf,
} from "../../../workers/sentinel/detection/segment.ts";
import {
  directions,
  movement,
  seriesSpecs,
  signals,
} from "../../../workers/sentinel/detection/signals.ts";
import { MINUTE_MS } from "../../../workers/sentinel/detection/slots.ts";
import { GRACE_MS } from "./run_backtest.ts";

export const AlarmShape = z.object({
  id: z.string(),
  signal: z.enum(signals),
  /** Which row of counts showed it. */
  series: z.string(),
  /** How the signal moved. */
  direction: z.enum(directions),
  level: z.enum(levels),
  segment: z.object({
    provider: z.string().optional(),
    account: z.string().optional(),
    currency: z.string().optional(),
    family: z.string().optional(),
  }),
  since: z.string(),
  raised_at: z.string(),
  /** `null` if it is open at the end. */
  closed_at: z.string().nullable(),
  closed_because: z.enum(["recovered", "became_usual"]).nullable(),
  /** Counts from `since` until it was raised: of approval, failures. */
  expected: z.number(),
  observed: z.number(),
  evidence: z.object({
    /** How much likelier the change is than none: natural logarithm. */
    nats: z.number(),
    threshold: z.number(),
    minutes: z.int(),
    /** What the counts are counted against, such as payments. */
    exposure: z.number(),
  }),
  /** By currency: what was missing or too much until it was raised, at the average amount. */
  money_affected: z.record(z.string(), z.number()),
});
export type ToldAlarm = z.infer<typeof AlarmShape>;

/** An alarm as people and programs read it. */
export function toldAlarm(alarm: Alarm): ToldAlarm {
  const spec = seriesSpecs.find(({ id }) => id === alarm.series);
  const { at, path, evidence, threshold } = alarm;
  const off = Math.abs(at.observed - at.expected);
  return {
    id: String(alarm.number),
    signal: spec?.signal ?? "volume",
    series: alarm.series,
    direction: spec ? movement(spec, alarm.direction) : alarm.direction,
    level: levelOf(path),
    segment: segmentOf(path),
    since: timeText(alarm.since * MINUTE_MS),
    raised_at: closeOf(alarm.raised),
    closed_at: null,
    closed_because: null,
    expected: rounded(at.expected, 3),
    observed: at.observed,
    evidence: {
      nats: rounded(evidence / NAT, 3),
      threshold: rounded(threshold / NAT, 3),
      minutes: alarm.raised - alarm.since + 1,
      exposure: at.exposure,
    },
    money_affected: Object.fromEntries(
      Object.entries(alarm.money).map(([currency, average]) => [
        currency,
        rounded(off * average / 1e6, 2),
      ]),
    ),
  };
}

/** When a minute is closed: with the time for what comes late. */
export function closeOf(minute: number): string {
  return timeText((minute + 1) * MINUTE_MS + GRACE_MS);
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
