import { optional, secret, type Setting } from "#runtime/config.ts";

/** For a machine of one's own, in explicit development. It stands in the documentation. */
export const PUBLIC_SECRET = "eventflow-local-secret";

/** What HMAC-SHA256 should have is 32 bytes (RFC 2104, section 3); 24 of them random are more than enough. */
const MIN_BYTES = 24;

const form = `at least ${MIN_BYTES} bytes; \`openssl rand -hex 32\` makes one`;

/** The secret that webhooks are signed with, by whoever reads this setting or by whom it is sent. */
export function webhookSecret(
  env: string,
  { doc, refusedInVariable }: {
    doc: string;
    refusedInVariable?: (text: string) => string | undefined;
  },
): Setting<string> {
  return secret(env, {
    doc: `${doc}: ${form}`,
    minBytes: MIN_BYTES,
    publicDefault: PUBLIC_SECRET,
    ...refusedInVariable && { refusedInVariable },
  });
}

/** A second one, for the time in which it is exchanged. */
export function furtherSecret(
  env: string,
  { doc }: { doc: string },
): Setting<string | undefined> {
  return optional(secret(env, { doc: `${doc}: ${form}`, minBytes: MIN_BYTES }));
}
