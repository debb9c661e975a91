import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { formFields } from "#contracts/form.ts";
import { headers, httpHeader } from "#contracts/headers.ts";
import {
  parseEvent,
  parseJsonObject,
  type Rejection,
} from "#contracts/parse.ts";
import type { PaymentEvent } from "#contracts/events/registry.ts";
import type { WebhookFamily } from "#contracts/unmapped_webhook.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { receivedAt } from "#kafka/received_at.ts";
import { refuseMoney } from "../currency_rules.ts";
import { eventTextOf } from "./event_text.ts";
import { itemsOf } from "./items.ts";
import type { Fact, Mapping, Webhook } from "./mapping.ts";
import { mappingOf } from "./rows.ts";

/** What a provider's webhook comes to. */
export type Mapped = {
  readonly provider: string;
  readonly account: string;
  /** Of the mapping that made it. */
  readonly version: number;
  /** The transmission's id and its body's SHA-256, if its signature does not tell bodies apart. */
  readonly transmission: string | undefined;
  /** Everything that something is written of, in order. Empty: it says nothing of a payment's money. */
  readonly items: readonly MappedItem[];
};

export type MappedItem =
  /** An event, as the validated topic has it. */
  | {
    readonly kind: "event";
    readonly event: PaymentEvent;
    readonly value: Buffer;
  }
  /** Something that no mapping knows yet. */
  | {
    readonly kind: "unmapped";
    readonly type: string;
    readonly family: WebhookFamily;
  }
  | { readonly kind: "refused"; readonly rejection: Rejection };

/**
 * What a raw record's webhook says, if it is a provider's own: the same for the same value and headers, whoever asks, and
 * whenever.
 *
 * @param mappings by a provider's name
 * @returns undefined if it is none: an event in our own form, or bytes
 */
export function mapWebhook(
  record: Pick<ReceivedRecord, "value" | "headers">,
  mappings: (provider: string) => Mapping | undefined = mappingOf,
): Mapped | undefined {
  const account = headerText(record.headers, headers.account);
  if (account === undefined) return undefined;
  const provider = headerText(record.headers, headers.provider);
  if (provider === undefined) return undefined;
  const mapping = mappings(provider);
  const about = { provider, account, version: mapping?.version ?? 1 };
  const nothing = { ...about, transmission: undefined };
  if (mapping === undefined) {
    const item = { kind: "unmapped", type: "", family: "other" } as const;
    return { ...nothing, items: [item] };
  }
  const read = readWebhook(record, mapping, account);
  if (!read.ok) {
    return {
      ...nothing,
      items: [{ kind: "refused", rejection: read.rejection }],
    };
  }
  const { webhook } = read;
  const id = mapping.transmissionOf?.(webhook);
  return {
    ...about,
    transmission: id === undefined
      ? undefined
      : `${id} ${sha256Of(record.value ?? Buffer.alloc(0))}`,
    items: itemsIn(mapping, webhook),
  };
}

function readWebhook(
  { value, headers: all }: Pick<ReceivedRecord, "value" | "headers">,
  { form }: Mapping,
  account: string,
): { ok: true; webhook: Webhook } | { ok: false; rejection: Rejection } {
  const parsed = form === "json" || value === null || value.length === 0
    ? parseJsonObject(value)
    : {
      ok: true as const,
      value: formFields(value),
      text: value.toString("latin1"),
    };
  if (!parsed.ok) return parsed;
  const webhook = {
    body: parsed.value,
    text: parsed.text,
    account,
    receivedAt: receivedAt({ headers: all })?.toISOString(),
    header: (name: string) => headerText(all, httpHeader(name)),
  };
  return { ok: true, webhook };
}

function itemsIn(mapping: Mapping, webhook: Webhook): MappedItem[] {
  return itemsOf(mapping, webhook).flatMap((item): MappedItem[] => {
    switch (item.kind) {
      case "fact":
        return [eventOf(item.fact, {
          provider: mapping.provider,
          account: webhook.account,
        })];
      case "no_payment":
        return [];
      case "other": {
        const { type } = item;
        if (mapping.noPayment.has(type)) return [];
        return [{ kind: "unmapped", type, family: mapping.familyOf(type) }];
      }
      case "refused":
        return [item];
    }
  });
}

/** A fact as an event. It has to satisfy its contract, and the rules of money, as any other. */
function eventOf(
  fact: Fact,
  sender: { readonly provider: string; readonly account: string },
): MappedItem {
  const value = Buffer.from(eventTextOf(fact, sender));
  const parsed = parseEvent(value);
  const rejection = parsed.ok
    ? refuseMoney(parsed.value, fact.money.amount)
    : parsed.rejection;
  return parsed.ok && rejection === undefined
    ? { kind: "event", event: parsed.value, value }
    : { kind: "refused", rejection: rejection ?? unexpected };
}

/** Of a parse that has failed there is always a rejection. */
const unexpected: Rejection = {
  code: "unexpected_error",
  message: "The fact made of the webhook is no event.",
  issues: [],
};

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
