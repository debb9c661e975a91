import type {
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

/**
 * Why the signature of a provider's own webhook was refused: what the same scheme says of it with the keys of other accounts, and
 * of the bodies that it is likely to have been.
 */
export async function explainAccount(
  refused: RefusedRequest,
  accounts: ProviderAccounts,
): Promise<RejectionCause> {
  const { provider, account, refusal, headers } = refused;
  const its = accounts.find(provider, account);
  if (its === undefined) return { cause: "unknown_secret" };
  switch (refusal) {
    case "missing_header":
      return causeOfMissing(headers, provider);
    case "invalid_timestamp":
      return { cause: "timestamp_malformed", form: "other" };
    case "stale_timestamp":
      return await causeOfAge(refused, its);
    default:
      return await causeOfSignature(refused, its, accounts);
  }
}

function causeOfMissing(headers: Headers, provider: string): RejectionCause {
  const scheme = schemeOf(headers);
  return scheme === undefined || scheme === provider.replaceAll("-", "_")
    ? { cause: "header_missing", missing: ["signature"] }
    : { cause: "headers_of_another_scheme", scheme };
}

async function causeOfAge(
  refused: RefusedRequest,
  its: ProviderAccount,
): Promise<RejectionCause> {
  const signedAtMs = its.row.scheme.signedAtMs?.(refused.headers);
  if (signedAtMs === undefined) {
    return { cause: "timestamp_malformed", form: "other" };
  }
  const isSigned = await fits(
    its,
    { ...refused, atMs: signedAtMs },
    refused.body,
  );
  const seconds = Math.round((refused.atMs - signedAtMs) / 1_000);
  return {
    cause: seconds > 0 ? "stale" : "from_the_future",
    seconds: Math.min(Math.abs(seconds), Number.MAX_SAFE_INTEGER),
    tolerance_seconds: toleranceOf(its.settings),
    signed_with: isSigned ? nameOf(its) : null,
  };
}

async function causeOfSignature(
  refused: RefusedRequest,
  its: ProviderAccount,
  accounts: ProviderAccounts,
): Promise<RejectionCause> {
  const { body } = refused;
  if (typeof body === "string") {
    return { cause: "body_not_examined", why: body };
  }
  const others = accounts.all.filter((one) =>
    one.row === its.row && one !== its
  );
  // Each is asked, whichever fits.
  const fitting = await Promise.all(
    others.map(async (one) => await fits(one, refused, body) ? [one] : []),
  );
  const [another] = fitting.flat();
  if (another !== undefined) {
    return { cause: "another_secret", signed_with: nameOf(another) };
  }
  for (const [alteration, earlier] of earlierBodies(body)) {
    if (await fits(its, refused, earlier)) {
      return { cause: "body_altered", alteration, signed_with: nameOf(its) };
    }
  }
  return { cause: "unknown_secret" };
}

async function fits(
  { row, settings }: ProviderAccount,
  { headers, atMs }: Pick<RefusedRequest, "headers" | "atMs">,
  body: RefusedRequest["body"],
): Promise<boolean> {
  if (typeof body === "string") return false;
  const claim = row.scheme.claimIn(headers, settings, atMs);
  return typeof claim !== "string" && typeof await claim(body) === "object";
}

function nameOf({ row, account }: ProviderAccount): SecretName {
  return { provider: row.name, account, which: "current" };
}

function toleranceOf(settings: unknown): number {
  return typeof settings === "object" && settings !== null &&
      "tolerance_seconds" in settings
    ? Number(settings.tolerance_seconds)
    : 0;
}
