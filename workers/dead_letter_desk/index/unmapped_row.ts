import { nonBlank } from "#contracts/fields.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import {
  UnmappedWebhook,
  type WebhookFamily,
} from "#contracts/unmapped_webhook.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { statedOrigin } from "#kafka/origin.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import { type Replay, replayIn, shown } from "./letter_row.ts";

/** What the index keeps of a webhook that no mapping knew. It points at the raw record, which has the body. */
export type UnmappedRow = {
  readonly partition: number;
  readonly offset: number;
  readonly provider: string;
  readonly account: string;
  /** In the provider's words; empty if it says none. */
  readonly type: string;
  readonly family: WebhookFamily;
  readonly mappingVersion: number;
  /** When the intake took it; else when it was found to be unmapped: RFC 3339. */
  readonly seenAt: string;
  /** The raw record's: the payment. */
  readonly key: string | null;
  readonly source: RecordCoordinates;
  readonly item: number | null;
  readonly items: number | null;
  readonly origin: RecordCoordinates;
  readonly replay: Replay | undefined;
};

/**
 * What is kept of a record of the topic of unmapped webhooks.
 *
 * @returns undefined if it is no pointer
 */
export function unmappedRow(record: ReceivedRecord): UnmappedRow | undefined {
  const json = parseJsonObject(record.value);
  const read = json.ok ? UnmappedWebhook.safeParse(json.value) : undefined;
  if (!read?.success) return undefined;
  const pointer = read.data;
  const source = {
    topic: pointer.source_topic,
    partition: pointer.source_partition,
    offset: pointer.source_offset,
  };
  return {
    partition: record.partition,
    offset: record.offset,
    provider: shown(pointer.provider) ?? "",
    account: shown(pointer.account) ?? "",
    type: shown(pointer.type) ?? "",
    family: pointer.family,
    mappingVersion: pointer.mapping_version,
    seenAt: pointer.received_at ?? new Date(record.timestampMs).toISOString(),
    key: keyOf(record),
    source,
    item: pointer.source_item ?? null,
    items: pointer.source_items ?? null,
    origin: statedOrigin(record.headers) ?? source,
    replay: replayIn(record.headers),
  };
}

/** A record's key as text; `null` if it has none, or a blank one. */
export function keyOf({ key }: Pick<ReceivedRecord, "key">): string | null {
  return shown(nonBlank(key?.toString("utf8")));
}
