import { z } from "zod";

/** What the generator's process is told. */
export const LoadOptions = z.object({
  host: z.string(),
  port: z.int(),
  path: z.string(),
  secret: z.string(),
  connections: z.int().positive(),
  /** Part of every `event_id`; those of the warm-up have `-warm-up` behind it. */
  run: z.string(),
  count: z.int().positive(),
  /** Absent: as many as there can be. */
  perSecond: z.number().positive().optional(),
  /** Requests in the same way before those that are measured. */
  warmUp: z.int().nonnegative(),
});
export type LoadOptions = z.infer<typeof LoadOptions>;

/** What the generator's process prints. Times are milliseconds. */
export const LoadResult = z.object({
  requestsPerSecond: z.number(),
  latency: z.object({
    p50: z.number(),
    p95: z.number(),
    p99: z.number(),
    p999: z.number(),
    max: z.number(),
  }),
  statuses: z.record(z.string(), z.number()),
  /** Since the epoch; the due times of the events count from then. */
  startedMs: z.number(),
});
export type LoadResult = z.infer<typeof LoadResult>;
