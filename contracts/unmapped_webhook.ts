import { z } from "zod";
import { NonBlank, Rfc3339 } from "./fields.ts";
import { grows } from "./growing.ts";

/** What a provider's events are about: a closed list, so that it can label a metric. */
export const webhookFamilies = [
  "payment",
  "refund",
  "dispute",
  "payout",
  "order",
  "invoice",
  "subscription",
  "customer",
  "account",
  "other",
] as const;
export type WebhookFamily = (typeof webhookFamilies)[number];

/**
 * A webhook that was proven and kept, and of which no mapping knows what it says of a payment. It points at the raw record, which
 * is replayed once a mapping exists.
 */
export const UnmappedWebhook = z.looseObject({
  provider: NonBlank,
  account: NonBlank,
  /** In the provider's words. */
  type: z.string(),
  family: grows(z.enum(webhookFamilies)),
  /** The raw record. */
  source_topic: NonBlank,
  source_partition: z.int().min(0),
  source_offset: z.int().min(0),
  /** Of several things in it, which this is, from 1, and how many there are. Absent if it is the only one. */
  source_item: z.int().min(1).optional(),
  source_items: z.int().min(2).optional(),
  received_at: Rfc3339.nullable(),
  /** Of the mapping that did not know it. */
  mapping_version: z.int().min(1),
});
export type UnmappedWebhook = z.infer<typeof UnmappedWebhook>;
