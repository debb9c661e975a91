/**
 * What a verification says, for programs (`--json`) and for whoever prints it.
 *
 * @module
 */
import { z } from "zod";

const Count = z.int().min(0);

const Sender = z.object({
  provider: z.string(),
  /** `null`: the record names none. */
  account: z.string().nullable(),
});

export const Report = z.object({
  topic: z.string(),
  since: z.iso.datetime(),
  /** `null`: up to the last record. */
  until: z.iso.datetime().nullable(),
  records_read: Count,
  seconds: z.number(),
  /** By which key: its name in the settings, or a certificate's serial number. */
  proven: z.array(Sender.extend({ key: z.string(), count: Count })),
  /** Those that have no signature, by why. */
  unsigned: z.array(z.object({ why: z.string(), count: Count })),
  /** Those of accounts that are not set up any more. */
  not_set_up: z.array(Sender.extend({ count: Count })),
  failed: Count,
  /** The first of those that failed, as topic/partition/offset. */
  failures: z.array(Sender.extend({ record: z.string(), why: z.string() })),
  /** A sentence for each partition that could not be read to its end. */
  unreadable: z.array(z.string()),
  all_proven: z.boolean(),
});
export type Report = z.infer<typeof Report>;
