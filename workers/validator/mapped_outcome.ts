import { Buffer } from "node:buffer";
import { headers as names, httpNameIn } from "#contracts/headers.ts";
import type { UnmappedWebhook } from "#contracts/unmapped_webhook.ts";
import type { ItemOutcome, Outcome } from "#consumer/handler.ts";
import { header, headerText } from "#kafka/headers.ts";
import type { ReceivedRecord, RecordHeader } from "#kafka/port.ts";
import { receivedAt } from "#kafka/received_at.ts";
import { type Part, partIn } from "#kafka/record_coordinates.ts";
import type { Mapped, MappedItem } from "./mapping/map_webhook.ts";

/** What these topics are called on this cluster. */
export type Topics = {
  readonly validatedTopic: string;
  readonly unmappedTopic: string;
};

/** What webhooks in hand came to, kept until they are finished and counted. */
export type MappedWebhooks = WeakMap<ReceivedRecord, Mapped>;

/**
 * What becomes of a provider's webhook: each thing in it goes its own way. A replay may ask for one of them alone; if the webhook
 * comes to another number of things by now, all are made, as nobody knows which is meant.
 */
export function outcomeOf(
  record: ReceivedRecord,
  mapped: Mapped,
  topics: Topics,
): Outcome {
  const made = mapped.items.map((item, n) => ({
    item: n + 1,
    outcome: outcomeOfItem(item, n + 1, { record, mapped, topics }),
  }));
  const [first, second] = made;
  if (first === undefined) return { kind: "done", as: "no_payment" };
  if (second === undefined) return first.outcome;
  const asked = askedIn(record);
  const items = made.length;
  return {
    kind: "several",
    items,
    made: made.filter(({ item }) => isAskedFor(asked, { item, items })),
  };
}

/** The one of several things in a record that a replay asks for; undefined if it asks for all. */
export function askedIn(
  { headers }: Pick<ReceivedRecord, "headers">,
): Part | undefined {
  return partIn(headerText(headers, names.replayItem));
}

/** Whether one of several things in a record is to be made: a replay may have asked for another. */
export function isAskedFor(
  asked: Part | undefined,
  { item, items }: Part,
): boolean {
  return asked === undefined || asked.items !== items || asked.item === item;
}

function outcomeOfItem(
  item: MappedItem,
  place: number,
  { record, mapped, topics }: {
    record: ReceivedRecord;
    mapped: Mapped;
    topics: Topics;
  },
): ItemOutcome["outcome"] {
  if (item.kind === "refused") {
    return { kind: "dead-letter", rejection: item.rejection };
  }
  const { key } = record;
  const headers = headersOf(record, mapped);
  const made = item.kind === "event"
    ? { topic: topics.validatedTopic, key, value: item.value, headers }
    : {
      topic: topics.unmappedTopic,
      key,
      value: Buffer.from(
        JSON.stringify(pointerTo(record, { item, place, mapped })),
      ),
      headers,
    };
  return { kind: "forward", records: [made] };
}

/** What proves the webhook's signature is left behind: it is of bytes that are not here any more. */
function headersOf(
  { headers }: ReceivedRecord,
  { version, transmission }: Mapped,
): RecordHeader[] {
  const kept = headers.filter(({ name }) =>
    name !== names.mappingVersion && name !== names.transmission &&
    httpNameIn(name) === undefined
  );
  kept.push(header(names.mappingVersion, `${version}`));
  if (transmission !== undefined) {
    kept.push(header(names.transmission, transmission));
  }
  return kept;
}

function pointerTo(
  record: ReceivedRecord,
  { item, place, mapped }: {
    item: MappedItem & { kind: "unmapped" };
    place: number;
    mapped: Mapped;
  },
): UnmappedWebhook {
  const { provider, account, version, items } = mapped;
  return {
    provider,
    account,
    type: item.type,
    family: item.family,
    source_topic: record.topic,
    source_partition: record.partition,
    source_offset: record.offset,
    ...items.length > 1 && { source_item: place, source_items: items.length },
    received_at: receivedAt(record)?.toISOString() ?? null,
    mapping_version: version,
  };
}
