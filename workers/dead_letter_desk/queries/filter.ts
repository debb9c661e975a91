import { z } from "zod";
import type postgres from "postgres";
import { nonBlank, Rfc3339 } from "#contracts/fields.ts";
import { termOf } from "../index/letter_row.ts";

export const letterStates = [
  "open",
  "sent",
  "passed",
  "dead_again",
  "discarded",
  "quarantined",
] as const;

/** A letter's place: partition/offset. */
export const LetterPlace = z.string().regex(
  /^\d{1,9}\/\d{1,15}$/,
  "must be partition/offset",
);

/** So many letters can be named one by one: those of several pages that somebody has ticked. */
const MOST_NAMED = 500;

/** Which letters: all that is said must fit. The same words in addresses, in the API and on the command line. */
export const LetterFilter = z.strictObject({
  cause: z.string().regex(
    /^[0-9a-f]{6,64}$/,
    "must be a cause's id, or the first six or more of its digits",
  ).optional(),
  service: z.string().min(1).optional(),
  code: z.string().min(1).optional(),
  provider: z.string().min(1).optional(),
  /** At the provider. */
  account: z.string().min(1).optional(),
  /** A place in the event that is at fault, such as payload.amount. */
  path: z.string().min(1).optional(),
  currency: z.string().regex(/^[A-Z]{3}$/).optional(),
  state: z.enum(letterStates).optional(),
  /** Of payment, event, order, or the provider's own, whole. */
  id: z.string().refine(
    (text) => nonBlank(text) !== undefined,
    "must not be blank",
  ).optional(),
  /** When it was given up, from then on. */
  since: Rfc3339.optional(),
  /** Before then. */
  until: Rfc3339.optional(),
  /** By name: partition/offset, several separated by commas. */
  letter: z.string().refine(
    (text) => {
      const places = text.split(",");
      return places.length <= MOST_NAMED &&
        places.every((place) => LetterPlace.safeParse(place).success);
    },
    `must be partition/offset, or up to ${MOST_NAMED} of these separated by commas`,
  ).optional(),
});
export type LetterFilter = z.infer<typeof LetterFilter>;

type AnySql = postgres.Sql | postgres.TransactionSql;

/** Of causes, as rows `c`. */
export function ofCauses(sql: AnySql, filter: LetterFilter): postgres.Fragment {
  const { cause, service, code, provider, path } = filter;
  return sql`(true
    ${
    cause === undefined
      ? sql``
      : cause.length === 64
      ? sql`and c.id = ${cause}`
      : sql`and c.id like ${`${cause}%`}`
  }
    ${service === undefined ? sql`` : sql`and c.service = ${service}`}
    ${code === undefined ? sql`` : sql`and c.code = ${code}`}
    ${provider === undefined ? sql`` : sql`and c.provider = ${provider}`}
    ${path === undefined ? sql`` : sql`and ${path} = any(c.paths)`})`;
}

/** Of letters, as rows `l`, beside what is true of their causes. */
export function ofLetters(
  sql: AnySql,
  filter: LetterFilter,
): postgres.Fragment {
  const { account, currency, state, id, since, until, letter } = filter;
  const places = letter?.split(",").map((place) => place.split("/"));
  return sql`(true
    ${account === undefined ? sql`` : sql`and l.account = ${account}`}
    ${currency === undefined ? sql`` : sql`and l.currency = ${currency}`}
    ${state === undefined ? sql`` : sql`and l.state = ${state}::letter_state`}
    ${
    id === undefined
      ? sql``
      : sql`and l.terms @> array[${String(termOf(id))}::bigint]`
  }
    ${
    since === undefined
      ? sql``
      : sql`and l.failed_at >= ${since} and l."offset" >= (
      select coalesce(min(first_offset), 9223372036854775807) from letter_hours
      where hour >= date_trunc('hour', ${since}::timestamptz, 'UTC')
    )`
  }
    ${
    until === undefined
      ? sql``
      : sql`and l.failed_at < ${until} and l."offset" <= (
      select coalesce(max(last_offset), -1) from letter_hours where hour <= ${until}::timestamptz
    )`
  }
    ${
    places === undefined ? sql`` : sql`and (l.partition, l."offset") in (
          select * from unnest(
            ${arrayOf(places.map(([partition]) => partition))}::integer[],
            ${arrayOf(places.map(([_, offset]) => offset))}::bigint[]
          )
        )`
  })`;
}

/** Whether it says anything of causes. */
export function hasCauses(
  { cause, service, code, provider, path }: LetterFilter,
): boolean {
  return [cause, service, code, provider, path].some((one) =>
    one !== undefined
  );
}

/** Digits, as PostgreSQL writes an array of them. */
function arrayOf(numbers: readonly (string | undefined)[]): string {
  return `{${numbers.join(",")}}`;
}

/** Whether counters alone can count it. */
export function isCounted(
  { account, id, since, until, letter }: LetterFilter,
): boolean {
  return account === undefined && id === undefined && since === undefined &&
    until === undefined &&
    letter === undefined;
}

/** As words, in a fixed order: `service=validator-service code=contract_violation`. */
export function filterText(
  filter: Readonly<Record<string, string | undefined>>,
): string {
  return Object.entries(filter).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`]
  ).sort().join(" ");
}
