import { z } from "zod";

/** A key of an account, by the name under which the log keeps which one fitted. */
export type Key = { readonly id: string; readonly text: string };

/** So many at once are enough for any exchange, and each costs each request a hash. */
const MOST_KEYS = 8;

const Id = z.string().regex(
  /^[\w.-]{1,40}$/,
  "must be a short name of letters, digits and . _ -",
);

/**
 * The keys of an account: a list, of which each is named by its place, or an object of names and keys. All are accepted.
 *
 * @param text of one, with a sentence for each way to get it wrong
 */
export function keys(text: z.ZodType<string, string>) {
  return z.union([
    z.array(text).min(1, "must have at least one key").transform((all) =>
      all.map((text, n): Key => ({ id: `${n + 1}`, text }))
    ),
    z.record(Id, text).transform((all) =>
      Object.entries(all).map(([id, text]): Key => ({ id, text }))
    ),
  ]).refine(
    (all) => all.length > 0 && all.length <= MOST_KEYS,
    `must be from 1 to ${MOST_KEYS} keys`,
  );
}

/**
 * What accounts of most schemes are set up with: keys that are accepted, and keys that are no more. The latter are known only to
 * tell who still signs with them.
 */
export function secretsOf(text: z.ZodType<string, string>) {
  return { secrets: keys(text), retired: keys(text).optional() };
}

/** An account as it would be if the retired keys were those that are accepted; undefined if there are none. */
export function asRetired<
  A extends { readonly secrets?: unknown; readonly retired?: A["secrets"] },
>(account: A): A | undefined {
  const { retired } = account;
  return retired === undefined ? undefined : { ...account, secrets: retired };
}

/** Any text that is not blank and has nothing unseen around it. */
export const KeyText = z.string().min(1, "must not be empty").refine(
  (text) => text === text.trim(),
  "must not begin or end with white space",
);
