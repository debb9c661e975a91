import { z } from "zod";
import { ToldAnomaly } from "#contracts/anomaly.ts";

const Count = z.int().min(0);

const Score = z.object({
  incidents: Count,
  found: Count,
  /** A part of 1; `null` without incidents. */
  recall: z.number().nullable(),
  median_delay_minutes: z.number().nullable(),
});

/** What a backtest says, as `--json` prints it. */
export const Report = z.object({
  events: Count,
  /** Lines that say no time, or are no JSON objects. */
  unreadable: Count,
  /** Events whose minute was over when they came: they are not counted. */
  late: Count,
  /** Whether events were put in order first: too many were not. */
  sorted: z.boolean(),
  /** From then on alarms are told; what is before was learnt from. */
  judged_from: z.string(),
  judged_until: z.string(),
  weeks: z.number(),
  calibrate_days: z.number(),
  detector: z.object({
    version: Count,
    false_alarms_per_week: z.number(),
  }),
  alarms: z.array(ToldAnomaly),
  /** Only if the true incidents are given. */
  truth: z.object({
    ...Score.shape,
    /** Alarms at a time without an incident; those within an hour of one another are one. */
    false_alarms: Count,
    false_alarms_per_week: z.number(),
    by_kind: z.record(z.string(), Score),
    incidents_found: z.array(z.object({
      kind: z.string(),
      segment: z.record(z.string(), z.string()),
      since: z.string(),
      until: z.string(),
      /** Of the first alarm; `null` if there was none. */
      delay_minutes: z.number().nullable(),
      alarm: z.string().nullable(),
    })),
  }).optional(),
});
export type Report = z.infer<typeof Report>;
