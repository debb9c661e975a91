import type { WebhookFamily } from "#contracts/unmapped_webhook.ts";

/** The family of the first prefix that a type begins with; `other` if it begins with none. */
export function familyByPrefix(
  prefixes: readonly (readonly [string, WebhookFamily])[],
): (type: string) => WebhookFamily {
  return (type) =>
    prefixes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "other";
}
