import type {
  headerParts,
  RejectionCause,
  SecretName,
} from "#contracts/rejected_webhook.ts";
import type {
  ProviderAccount,
  ProviderAccounts,
} from "../providers/accounts.ts";
import { earlierBodies } from "./altered_bodies.ts";
import type { RefusedRequest } from "./refused_request.ts";
import { schemeOf } from "./schemes.ts";
import { formOfNoSignature, signatureRewrites } from "./signature_rewrites.ts";
import { unitOfTimestamp } from "./timestamp_text.ts";

/** Accounts whose keys are tried beside its own: each costs a hash or two. */
const MOST_OTHERS = 100;

/** What may have been meant: it is asked of the provider's own scheme whether it would have been good. */
type Attempt<Why> = {
  readonly why: Why;
  readonly its: ProviderAccount;
  readonly headers?: Headers;
  readonly body?: Uint8Array;
};

/** Why the signature of a provider's own webhook was refused. */
export async function explainAccount(
  refused: RefusedRequest,
  accounts: ProviderAccounts,
): Promise<RejectionCause> {
  const { provider, account, refusal, headers } = refused;
  const its = accounts.find(provider, account);
  if (its === undefined) return { cause: "unknown_secret" };
  switch (refusal) {
    case "missing_header":
      return causeOfMissing(headers, its);
    case "invalid_timestamp":
      return { cause: "timestamp_malformed", form: "other" };
    case "stale_timestamp":
      return await causeOfAge(refused, its, accounts);
    default:
      return await causeOfSignature(refused, its, accounts);
  }
}

function causeOfMissing(
  headers: Headers,
  { row, settings }: ProviderAccount,
): RejectionCause {
  const { scheme } = row;
  const missing = Object.entries(scheme.required ?? {})
    .filter(([, names]) => !names?.some((name) => headers.has(name)))
    .map(([part]) => part as (typeof headerParts)[number]);
  const other = missing.includes("signature")
    ? anotherScheme(headers, row.name)
    : undefined;
  if (other !== undefined) return other;
  const fault = scheme.credentialFault?.(headers, settings);
  if (fault === "missing_header") missing.push("password");
  return {
    cause: "header_missing",
    // Of a pair of names some were of the one, and some of the other.
    missing: missing.length > 0 ? missing : ["signature"],
  };
}

async function causeOfAge(
  refused: RefusedRequest,
  its: ProviderAccount,
  accounts: ProviderAccounts,
): Promise<RejectionCause> {
  const { headers, atMs } = refused;
  const signedAtMs = its.row.scheme.signedAtMs?.(headers);
  if (signedAtMs === undefined) {
    return { cause: "timestamp_malformed", form: "other" };
  }
  const signed_with = await firstFitting(
    { ...refused, atMs: signedAtMs },
    keysOf(its, accounts).map(({ its, name }) => ({ its, why: name })),
  ) ?? null;
  const unit = unitOfTimestamp(signedAtMs / 1_000, atMs);
  if (unit !== undefined) {
    return { cause: "timestamp_in_another_unit", unit, signed_with };
  }
  const seconds = Math.round((atMs - signedAtMs) / 1_000);
  return {
    cause: seconds > 0 ? "stale" : "from_the_future",
    seconds: Math.min(Math.abs(seconds), Number.MAX_SAFE_INTEGER),
    tolerance_seconds: toleranceOf(its.settings),
    signed_with,
  };
}

async function causeOfSignature(
  refused: RefusedRequest,
  its: ProviderAccount,
  accounts: ProviderAccounts,
): Promise<RejectionCause> {
  const { headers, body } = refused;
  const { scheme } = its.row;
  const fault = scheme.credentialFault?.(headers, its.settings);
  if (fault !== undefined) return { cause: "wrong_password" };
  if (typeof body === "string") {
    return { cause: "body_not_examined", why: body };
  }
  return await firstFitting(refused, attempts(refused, body, its, accounts)) ??
    causeOfNoSignature(headers, its) ?? { cause: "unknown_secret" };
}

/** The likeliest first. */
function* attempts(
  { headers }: RefusedRequest,
  body: Uint8Array,
  its: ProviderAccount,
  accounts: ProviderAccounts,
): Generator<Attempt<RejectionCause>> {
  const { scheme } = its.row;
  const signed_with = currentOf(its);
  const [, ...others] = keysOf(its, accounts);
  for (const { its, name } of others) {
    const cause = name.which === "retired"
      ? "retired_secret"
      : "another_secret";
    yield { its, why: { cause, signed_with: name } };
  }
  for (
    const [differs, settings] of scheme.atOtherAddresses?.(its.settings) ?? []
  ) {
    const cause = "another_address_signed";
    yield { its: { ...its, settings }, why: { cause, differs, signed_with } };
  }
  for (const name of scheme.signatureHeaders) {
    for (
      const [encoding, text] of signatureRewrites(headers.get(name) ?? "")
    ) {
      const rewritten = new Headers(headers);
      rewritten.set(name, text);
      const cause = "signature_encoding";
      yield { its, headers: rewritten, why: { cause, encoding, signed_with } };
    }
  }
  for (const [alteration, earlier] of earlierBodies(body)) {
    const cause = "body_altered";
    yield { its, body: earlier, why: { cause, alteration, signed_with } };
  }
}

function causeOfNoSignature(
  headers: Headers,
  { row }: ProviderAccount,
): RejectionCause | undefined {
  const given = row.scheme.signatureHeaders.flatMap((name) =>
    headers.get(name) ?? []
  );
  const [form] = given.flatMap((text) => formOfNoSignature(text) ?? []);
  if (form !== undefined) return { cause: "signature_malformed", form };
  // Where a signature is in the body none of its headers is missed.
  return given.length === 0 ? anotherScheme(headers, row.name) : undefined;
}

function anotherScheme(
  headers: Headers,
  provider: string,
): RejectionCause | undefined {
  const scheme = schemeOf(headers);
  return scheme === undefined || scheme === provider.replaceAll("-", "_")
    ? undefined
    : { cause: "headers_of_another_scheme", scheme };
}

/** An account's own keys, those of the same provider's other accounts, and what both have retired. */
function keysOf(
  its: ProviderAccount,
  { all }: ProviderAccounts,
): readonly { readonly its: ProviderAccount; readonly name: SecretName }[] {
  const same = [
    its,
    ...all.filter((one) => one.row === its.row && one !== its)
      .slice(0, MOST_OTHERS),
  ];
  const retired = same.flatMap((one) => {
    const settings = one.row.scheme.retired?.(one.settings);
    const name = { ...currentOf(one), which: "retired" } as const;
    return settings === undefined ? [] : [{ its: { ...one, settings }, name }];
  });
  return [
    ...same.map((its) => ({ its, name: currentOf(its) })),
    ...retired,
  ];
}

/** Each is tried, whichever fits: how long it takes says nothing of the keys. */
async function firstFitting<Why>(
  { headers, atMs, body }: RefusedRequest,
  attempts: Iterable<Attempt<Why>>,
): Promise<Why | undefined> {
  const fitting: Why[] = [];
  for (const { why, its, ...changed } of attempts) {
    const { scheme } = its.row;
    const claim = scheme.claimIn(
      changed.headers ?? headers,
      its.settings,
      atMs,
    );
    const examined = changed.body ?? body;
    if (typeof claim === "string" || typeof examined === "string") continue;
    if (typeof await claim(examined) === "object") fitting.push(why);
  }
  return fitting[0];
}

function currentOf({ row, account }: ProviderAccount): SecretName {
  return { provider: row.name, account, which: "current" };
}

function toleranceOf(settings: unknown): number {
  return typeof settings === "object" && settings !== null &&
      "tolerance_seconds" in settings
    ? Number(settings.tolerance_seconds)
    : 0;
}
