import { tokenDigest, whichToken } from "#runtime/bearer_tokens.ts";
import type { SignatureRefusal } from "../refusals.ts";

/** What is wrong with a password that comes in `Authorization`, as the whole of it; undefined if none is asked for. */
export function passwordFault(
  headers: Headers,
  password: string | undefined,
): SignatureRefusal | undefined {
  if (password === undefined) return undefined;
  const given = headers.get("authorization");
  if (given === null) return "missing_header";
  return whichToken([tokenDigest(password)], given) === 0
    ? undefined
    : "bad_signature";
}
