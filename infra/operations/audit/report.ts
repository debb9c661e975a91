/**
 * What an audit says, for programs (`--json`) and for whoever prints it.
 *
 * @module
 */
import { z } from "zod";

const Count = z.int().min(0);

/**
 * - missing: it came in, and nothing came of it
 * - doubled: more than one thing came of it
 * - conflicting: what came of it says something else
 * - unexplained: it came of nothing that is there
 */
export const FindingKind = z.enum([
  "missing",
  "doubled",
  "conflicting",
  "unexplained",
]);
export type FindingKind = z.infer<typeof FindingKind>;

export const Finding = z.object({
  kind: FindingKind,
  /** The service that made, or did not make, what is at odds. */
  service: z.string(),
  /** At most 200 characters of it; `null` if there is none, or it is not known. */
  event_id: z.string().nullable(),
  /** The record that came in, as topic/partition/offset; `null` if there is none. */
  record: z.string().nullable(),
  /** What came of it: records and dead letters as topic/partition/offset, a row as "a row". */
  outputs: z.array(z.string()),
  sentence: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const FindingCounts = z.record(FindingKind, Count);
export type FindingCounts = z.infer<typeof FindingCounts>;

const Term = z.object({ name: z.string(), count: Count });
export type Term = z.infer<typeof Term>;

/** What came in and what came of it; the two sides are equal if nothing was found. */
export const StageReport = z.object({
  service: z.string(),
  left: z.array(Term),
  right: z.array(Term),
  /** How many were put in by a replay: of those on the left, or on top if it is what was accepted. */
  replays: Count,
  /** Records behind those on the left that the service has not finished. */
  in_flight: Count,
  found: FindingCounts,
  state: z.enum(["balanced", "out of balance", "not checked"]),
  /** What else is to be known, such as how to check what was not. */
  remark: z.string().nullable(),
});
export type StageReport = z.infer<typeof StageReport>;

/** What operators did at the dead-letter desk: whether the log of it is whole, and each replay in it. */
export const DeskReport = StageReport.extend({
  /**
   * The first and last action that are kept, by their numbers, and the hash of the last: whoever keeps that can see later
   * whether the log was cut off at its end. `null` if there is none.
   */
  actions: z.object({ first: Count, last: Count, link: z.string() }).nullable(),
  /** Replays that name no job of the desk: somebody has put them in with a tool of Kafka's. */
  by_hand: Count,
});
export type DeskReport = z.infer<typeof DeskReport>;

export const Report = z.object({
  taken_at: z.iso.datetime(),
  /** The time audited; `null`: from the first record, or up to the last. */
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  /** Whether `since` is where what was made of the records begins to be kept. */
  since_retention: z.boolean(),
  sums: z.array(StageReport),
  desk: DeskReport,
  found: FindingCounts,
  /** As many of what was found as were asked for. */
  findings: z.array(Finding),
  /** A sentence for each partition that could not be read to its end, with which nothing is proven. */
  unreadable: z.array(z.string()),
  balanced: z.boolean(),
  records_read: Count,
  /** How many of these were read from the history. */
  records_of_history: Count,
  seconds: z.number(),
});
export type Report = z.infer<typeof Report>;
