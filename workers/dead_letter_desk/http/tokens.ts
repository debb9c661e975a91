import { z } from "zod";
import {
  isToken,
  MIN_TOKEN_LENGTH,
  tokenDigest,
  whichToken,
} from "#runtime/bearer_tokens.ts";
import type { Setting } from "#runtime/config.ts";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";

/** What somebody may do, each with all before it. */
export const roles = [
  "reader",
  "investigator",
  "operator",
  "approver",
  "admin",
] as const;
export type Role = (typeof roles)[number];

/** A person, or a program that acts for one. */
export type Person = { readonly subject: string; readonly role: Role };

type Token = Person & { readonly digest: Uint8Array };

const ENTRY = /^([\w.@+-]{1,100}):([a-z]+):(.+)$/;

/** In explicit development, on loopback alone. They stand in the documentation. */
const PUBLIC =
  `operator:admin:${PUBLIC_DESK_TOKEN},approver:approver:eventflow-local-approver-token`;

const form =
  `must be name:role:token, several separated by commas, with a role of ${
    roles.join(", ")
  } and a token of at least ${MIN_TOKEN_LENGTH} letters, digits and -._~+/ with = behind them, each name and token once`;

export const DESK_TOKENS = "EVENTFLOW_DESK_TOKENS";

/** Who may come to the desk, and what each may do there. Of tokens the digests alone are kept. */
export const deskTokens: Setting<readonly Token[]> = {
  env: DESK_TOKENS,
  doc:
    `who may log in to the dead-letter desk: name:role:token, several separated by commas. Roles are ${
      roles.join(", ")
    }; \`openssl rand -hex 32\` makes a token`,
  secret: true,
  publicDefault: PUBLIC,
  schema: z.string().transform((text, context) => {
    const tokens = text.split(/[,\s]+/).filter(Boolean).map(tokenIn);
    const isGood = tokens.length > 0 &&
      tokens.every((one) => one !== undefined);
    const its = tokens.flatMap((one) => one ?? []);
    const names = new Set(its.map(({ subject }) => subject));
    const digests = new Set(its.map(({ digest }) => `${digest}`));
    if (isGood && names.size === its.length && digests.size === its.length) {
      return its;
    }
    context.addIssue({ code: "custom", message: form });
    return z.NEVER;
  }),
};

function tokenIn(entry: string): Token | undefined {
  const [, subject, role, token = ""] = ENTRY.exec(entry) ?? [];
  const known = roles.find((one) => one === role);
  if (subject === undefined || known === undefined) return undefined;
  if (!isToken(token)) return undefined;
  return { subject, role: known, digest: tokenDigest(token) };
}

/** Whose a token is. It takes the same time whichever fits. */
export function personOf(
  tokens: readonly Token[],
  token: string,
): Person | undefined {
  const found = tokens[whichToken(tokens.map(({ digest }) => digest), token)];
  return found && { subject: found.subject, role: found.role };
}

/** Whether a role has all that another has. */
export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
