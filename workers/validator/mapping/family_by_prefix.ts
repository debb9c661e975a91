import type { WebhookFamily } from "#contracts/unmapped_webhook.ts";

/**
 * The family of a type by how the type begins.
 *
 * @param prefixes the first that fits counts; what fits none is `other`
 */
export function familyByPrefix(
  ...prefixes: readonly (readonly [prefix: string, family: WebhookFamily])[]
): (type: string) => WebhookFamily {
  return (type) =>
    prefixes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "other";
}
