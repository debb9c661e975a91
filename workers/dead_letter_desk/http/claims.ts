import { nonBlank } from "#contracts/fields.ts";
import { type Person, roles } from "./tokens.ts";

/** Which claims say who somebody is and what they may do. */
export type ClaimNames = { readonly subject: string; readonly roles: string };

/** Why somebody who has proven who they are may not come in: a sentence. */
export class NoRole extends Error {
  override readonly name = "NoRole";
}

/**
 * The person that a provider's claims describe, with the highest of their roles here.
 *
 * @throws {NoRole} if they have none, or no name
 */
export function personIn(
  claims: Readonly<Record<string, unknown>>,
  names: ClaimNames,
): Person {
  const subject = nonBlank(claims[names.subject])?.slice(0, 200);
  if (subject === undefined) {
    throw new NoRole(`Your provider says no ${names.subject} of you.`);
  }
  const given = rolesIn(at(claims, names.roles));
  const role = roles.findLast((one) =>
    given.has(one) || given.has(`eventflow-${one}`)
  );
  if (role !== undefined) return { subject, role };
  throw new NoRole(
    `${subject} has no role at this desk: ${names.roles} must have one of ${
      roles.join(", ")
    }.`,
  );
}

/** Names of claims may have full stops themselves: the whole name counts first. */
function at(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const own = (name: string) =>
    Object.hasOwn(value, name)
      ? (value as Readonly<Record<string, unknown>>)[name]
      : undefined;
  const whole = own(path);
  const [first = "", ...others] = path.split(".");
  return whole !== undefined || others.length === 0
    ? whole
    : at(own(first), others.join("."));
}

/** A list, or words with blanks between them as scopes are. */
function rolesIn(value: unknown): ReadonlySet<string> {
  const words = typeof value === "string" ? value.split(/\s+/) : value;
  return new Set(
    Array.isArray(words)
      ? words.filter((one): one is string => typeof one === "string")
      : [],
  );
}
