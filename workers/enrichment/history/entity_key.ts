import { hash53 } from "./hashes.ts";

/** Whom velocities are kept of. */
export const entityKinds = [
  "customer",
  "instrument",
  "merchant",
  "order",
] as const;
export type EntityKind = (typeof entityKinds)[number];

/** `<kind>:<scope>:<id>`. An id has a meaning only at the one who gave it, which is the scope. */
export type EntityKey = string;

/** Longer ids are kept as their beginning and a hash: an entity's memory is bounded, and an id's length is not. */
const MAX_ID_LENGTH = 80;
const KEPT_OF_LONG = 40;

export function entityKey(
  kind: EntityKind,
  scope: string,
  id: string,
): EntityKey {
  return `${kind}:${shortened(scope)}:${shortened(id)}`;
}

/** The key of a payment's memory. */
export function paymentKey(scope: string, id: string): string {
  return `payment:${shortened(scope)}:${shortened(id)}`;
}

export function kindOf(key: EntityKey): EntityKind | undefined {
  return entityKinds.find((kind) => key.startsWith(`${kind}:`));
}

function shortened(id: string): string {
  if (id.length <= MAX_ID_LENGTH) return id;
  return `${id.slice(0, KEPT_OF_LONG)}~${hash53(id).toString(36)}`;
}
