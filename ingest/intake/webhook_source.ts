import type { Config } from "#runtime/config.ts";
import { nonBlank } from "#contracts/fields.ts";
import { headers as names, httpHeader } from "#contracts/headers.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { header } from "#kafka/headers.ts";
import type { RecordHeader } from "#kafka/port.ts";
import type { ProviderAccount } from "./providers/accounts.ts";
import type { AnyProvider } from "./providers/table.ts";
import type { Answer } from "./providers/row.ts";
import type { Claim } from "./providers/scheme.ts";
import { keyOf } from "./raw_record.ts";
import type { SignatureRefusal } from "./refusals.ts";

/** Whose webhooks an address takes in, and all that differs by that. */
export type WebhookSource = {
  /** What raw records call it. */
  readonly provider: string;
  readonly account?: string;
  /** What its sender is told, where it is more than the usual sentence. */
  readonly sentences: Partial<Readonly<Record<SignatureRefusal, string>>>;
  /** All that can be known without the body is asked here, before it is read. */
  claimIn(headers: Headers, nowMs: number): Claim | SignatureRefusal;
  readonly form: "json" | "form";
  /** Which payment an event is about, and what it is called in answers. */
  about(event: JsonObject, headers: Headers): About;
  /** What is kept beside the body, for whoever proves the signature again. */
  proof(headers: Headers, verified: { readonly key: string }): RecordHeader[];
  readonly answer?: Answer;
  /** What was in the way, if a refusal is not the sender's fault. */
  obstacleOf?(refusal: SignatureRefusal): unknown;
};

export type About = {
  readonly key: string | undefined;
  readonly eventId: string;
  readonly source: string;
};

const UNKNOWN_EVENT = "unknown-event-id";

/** The provider that EventFlow began with: it has no accounts, and its events are in our own form. */
export function sourceOfProvider(
  { name, sentences, signatureIn }: AnyProvider,
  config: Config<AnyProvider["settings"]>,
): WebhookSource {
  return {
    provider: name,
    sentences,
    form: "json",
    claimIn(headers, nowMs) {
      const claimed = signatureIn(headers, { config, nowMs });
      return typeof claimed === "string"
        ? claimed
        : (body) => claimed.isOf(body) ? proven : "bad_signature";
    },
    about: (event) => ({
      key: keyOf(event),
      eventId: nonBlank(event.event_id) ?? UNKNOWN_EVENT,
      source: nonBlank(event.source) ?? "unknown-source",
    }),
    proof: () => [],
  };
}

/** Which of its keys is in nobody's log. */
const proven = { key: "" };

/** An account at a provider, whose events are in the provider's form. */
export function sourceOfAccount(
  { row, account, settings }: ProviderAccount,
): WebhookSource {
  const { scheme, name } = row;
  const ofAccount = header(names.account, account);
  const kept = [...scheme.signatureHeaders, ...scheme.furtherHeaders]
    .map((name) => ({ name, as: httpHeader(name) }));
  return {
    provider: name,
    account,
    sentences: scheme.sentences ?? {},
    form: row.form,
    claimIn: (headers, nowMs) =>
      scheme.credentialFault?.(headers, settings) ??
        scheme.claimIn(headers, settings, nowMs),
    about: (event, headers) => {
      const eventId = row.eventOf(event, headers);
      return {
        key: row.paymentOf(event, headers) ?? eventId,
        eventId: eventId ?? UNKNOWN_EVENT,
        source: `${name}:${account}`,
      };
    },
    proof(headers, { key }) {
      const proof = [ofAccount, header(names.signingKey, key)];
      for (const { name, as } of kept) {
        const value = headers.get(name);
        if (value !== null) proof.push(header(as, value));
      }
      return proof;
    },
    ...row.answer && { answer: row.answer },
    ...scheme.obstacleOf && { obstacleOf: scheme.obstacleOf },
  };
}
