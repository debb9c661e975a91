import { headers as names, httpNameIn, INTERNAL } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { receivedAtMs } from "#kafka/received_at.ts";
import type {
  ProviderAccount,
  ProviderAccounts,
} from "../../../ingest/intake/providers/accounts.ts";
import { providerNamed } from "../../../ingest/intake/providers/table.ts";
import type {
  Claim,
  Verdict,
} from "../../../ingest/intake/providers/scheme.ts";

/** Whose a record says that it is. */
export type Sender = {
  readonly provider: string;
  /** `null`: the record names none. */
  readonly account: string | null;
};

/** Why a record has no signature that could be proven. */
export type Unsigned =
  /** An internal service has handed it in with a token. */
  | "handed in"
  /** Somebody has edited its body at the desk. */
  | "edited"
  /** It had a card number or a security code, which the intake has masked. */
  | "masked"
  /** Of the provider that has no accounts, whose signatures are not kept. */
  | "not kept"
  /** A replay of such a record. */
  | "replayed";

/** What came of proving a record again. */
export type Proof =
  | Sender & { readonly kind: "proven"; readonly key: string }
  | { readonly kind: "unsigned"; readonly why: Unsigned }
  | Sender & { readonly kind: "not set up" }
  | Sender & { readonly kind: "failed"; readonly why: string };

type Refusal = Extract<Verdict, string>;

/**
 * A signature's age is judged when its headers arrive, and what is kept is when the body had: more than any
 * EVENTFLOW_INTAKE_BODY_TIMEOUT_MS that makes sense.
 */
const ARRIVING_MS = 60_000;

const sentences: Readonly<Record<Refusal, string>> = {
  missing_header: "a header that the signature needs was not kept",
  invalid_timestamp: "the time at which it was signed is none",
  stale_timestamp:
    "it was signed further from when it was received than the account takes",
  bad_signature: "no key that is set up makes this signature of these bytes",
  certificate_unavailable: "the certificate that it names cannot be had",
};

/** Proves stored signatures again: from the headers that were kept, the bytes, and the time at which they were received. */
export class Prover {
  readonly #accounts: Pick<ProviderAccounts, "find">;

  constructor(accounts: Pick<ProviderAccounts, "find">) {
    this.#accounts = accounts;
  }

  async prove(
    record: Pick<ReceivedRecord, "headers" | "value">,
  ): Promise<Proof> {
    const { headers, value } = record;
    const text = (name: string) => headerText(headers, name);
    if (text(names.edited) !== undefined) return unsigned("edited");
    const provider = text(names.provider) ?? "";
    const account = text(names.account) ?? null;
    const sender = { provider, account };
    const failed = (why: string): Proof => ({ kind: "failed", ...sender, why });
    if (provider === "") return failed("it does not say who signed it");
    if (provider === INTERNAL) return unsigned("handed in");
    if (text(names.masked) !== undefined) return unsigned("masked");
    if (account === null && providerNamed(provider) !== undefined) {
      return unsigned(text(names.replayOf) ? "replayed" : "not kept");
    }
    const its = this.#accounts.find(provider, account ?? undefined);
    if (its === undefined) return { kind: "not set up", ...sender };
    const sent = httpHeadersIn(headers);
    if (sent === undefined) return failed("what was kept is no HTTP header");
    const receivedMs = receivedAtMs(record);
    if (receivedMs === undefined) {
      return failed("it does not say when it was received");
    }
    const verdict = await verdictOf(its, sent, {
      body: value ?? new Uint8Array(),
      receivedMs,
    });
    if (typeof verdict === "object") {
      return { kind: "proven", ...sender, key: verdict.key };
    }
    const key = text(names.signingKey);
    const earlier = key === undefined || verdict !== "bad_signature"
      ? ""
      : `; when it came, the key ${shown(key)} did`;
    return failed(`${sentences[verdict]}${earlier}`);
  }
}

type Received = { readonly body: Uint8Array; readonly receivedMs: number };

/** By the keys that are accepted, else by those that are no more: they were, when it came. */
async function verdictOf(
  { row: { scheme }, settings }: ProviderAccount,
  headers: Headers,
  received: Received,
): Promise<Verdict> {
  const by = (account: unknown) =>
    verdictBy(
      (nowMs) => scheme.claimIn(headers, account, nowMs),
      received,
    );
  const verdict = await by(settings);
  const retired = verdict === "bad_signature"
    ? scheme.retired?.(settings)
    : undefined;
  if (retired === undefined) return verdict;
  const earlier = await by(retired);
  return typeof earlier === "object"
    ? { key: `retired:${earlier.key}` }
    : verdict;
}

async function verdictBy(
  claimAt: (nowMs: number) => Claim | Refusal,
  { body, receivedMs }: Received,
): Promise<Verdict> {
  const last = claimAt(receivedMs);
  const claim = last === "stale_timestamp"
    ? claimAt(receivedMs - ARRIVING_MS)
    : last;
  return typeof claim === "string" ? claim : await claim(body);
}

/** The HTTP headers as they came; undefined if one cannot have come so. */
function httpHeadersIn(
  headers: ReceivedRecord["headers"],
): Headers | undefined {
  const sent = new Headers();
  try {
    for (const { name, value } of headers) {
      const httpName = httpNameIn(name);
      if (httpName === undefined || sent.has(httpName)) continue;
      sent.set(httpName, value.toString("utf8"));
    }
  } catch {
    return undefined;
  }
  return sent;
}

function unsigned(why: Unsigned): Proof {
  return { kind: "unsigned", why };
}

/** A name from the log as a terminal may show it: whoever wrote it may have been anybody. */
export function shown(name: string): string {
  return /^[\w.:-]{1,64}$/.test(name)
    ? name
    : JSON.stringify(name.slice(0, 64));
}
