/**
 * What a shadow run of a mapping says, for programs (`--json`) and for whoever prints it.
 *
 * @module
 */
import { z } from "zod";

const Count = z.int().min(0);

/** One fact that would be another: its values as JSON texts, `null` where there is none. */
export const Change = z.object({
  record: z.string(),
  event_id: z.string(),
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Change = z.infer<typeof Change>;

export const Report = z.object({
  /** Of the raw records. */
  topic: z.string(),
  provider: z.string(),
  mapping_version: Count,
  since: z.string(),
  until: z.string().nullable(),
  seconds: z.number(),
  /** Raw records of the provider, without replays. */
  webhooks: Count,
  facts: z.object({
    same: Count,
    changed: Count,
    /** Made now, and not there. */
    new: Count,
    /** There, and not made any more. A replay does not take them back. */
    gone: Count,
  }),
  /** How many facts differ at each path. */
  changed_at: z.array(z.object({ path: z.string(), count: Count })),
  /** What webhooks come to now beside facts. */
  unmapped: Count,
  refused: Count,
  no_payment: Count,
  /** Some of the facts that differ. */
  examples: z.array(Change),
  unreadable: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** Whether a replay would change what readers see. */
export function changesNothing({ facts }: Report): boolean {
  return facts.changed + facts.new + facts.gone === 0;
}
