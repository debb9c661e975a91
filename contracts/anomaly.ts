import { z } from "zod";
import { NonBlank, Rfc3339 } from "./fields.ts";
import { grows } from "./growing.ts";

/** What may be out of the usual. */
export const anomalySignals = [
  /** How many payments there are. */
  "volume",
  /** Which part of them is authorised. */
  "approval",
  /** For which class of reason those fail that do. */
  "decline_mix",
  /** How large they are. */
  "amounts",
  /** Events that are told again. */
  "duplicates",
  /** Webhooks whose signature is not the one that it should be. */
  "refused_signatures",
  /** Webhooks that no mapping knows. */
  "unmapped",
  "disputes",
] as const;
export type AnomalySignal = (typeof anomalySignals)[number];

/** How deep into segments an anomaly lies. */
export const anomalyLevels = [
  "all",
  "provider",
  "account",
  "currency",
  "family",
] as const;
export type AnomalyLevel = (typeof anomalyLevels)[number];

/** What an anomaly is about: names from the provider down; none of them if it is about everything. */
export const AnomalySegment = z.object({
  provider: NonBlank.optional(),
  account: NonBlank.optional(),
  currency: NonBlank.optional(),
  /** What pays: `card visa`, `wallet`. */
  family: NonBlank.optional(),
});
export type AnomalySegment = z.infer<typeof AnomalySegment>;

const fields = {
  /** The same while it is open and when it is closed. */
  anomaly_id: NonBlank,
  signal: grows(z.enum(anomalySignals)),
  /** Which row of counts shows it: of several for a signal, as `declines_technical`. */
  series: NonBlank,
  /** How the signal moves: approval that falls is `down`. */
  direction: z.enum(["down", "up"]),
  level: grows(z.enum(anomalyLevels)),
  segment: AnomalySegment,
  /** The first minute in which it is seen. */
  since: Rfc3339,
  /** When so much was known that it was told. */
  raised_at: Rfc3339,
  closed_at: Rfc3339.nullable(),
  /** All is as usual again, or it has lasted so long that this is what is usual. */
  closed_because: grows(z.enum(["recovered", "became_usual"])).nullable(),
  /** Counts since it began: of `approval` payments that failed, of the others what the signal says. */
  expected: z.number().min(0),
  observed: z.int().min(0),
  evidence: z.object({
    /** How much likelier the change was than none when it was told: the natural logarithm of the ratio. */
    nats: z.number(),
    /** How much of that tells an anomaly. */
    threshold: z.number(),
    /** From `since` until it was told. */
    minutes: z.int().min(1),
    /** What the counts are counted against: minutes, payments, failures or events. */
    exposure: z.number().min(0),
  }),
  /** By currency, in its units: what was missing or too much, at the average amount. An estimate. */
  money_affected: z.record(z.string(), z.number().min(0)),
};

/** What tells an anomaly of past facts: without where in the log it was found. */
export const ToldAnomaly = z.looseObject(fields);
export type ToldAnomaly = z.infer<z.ZodObject<typeof fields>>;

const recordFields = {
  ...fields,
  state: z.enum(["opened", "closed"]),
  detector: z.object({
    version: z.int().min(1),
    /** That the tests of each signal may raise in a week by chance. */
    false_alarms_per_week: z.number(),
    /** How long a minute stays open for what comes late. */
    grace_ms: z.int().min(0),
  }),
  /** The record of the log of counts that it follows from. */
  counts_offset: z.int().min(0),
};

/** Something out of the usual in the flow of payments: the value of a record of `events.anomalies.v1`. */
export const Anomaly = z.looseObject(recordFields);
export type Anomaly = z.infer<z.ZodObject<typeof recordFields>>;
