import type { Database } from "#runtime/postgres/database.ts";
import type { What } from "#contracts/desk_action.ts";

/** What models may take, or took, in a day of UTC. */
export type Budget = {
  readonly tokens: number;
  /** In millionths of the unit that prices are in. */
  readonly costMicros: number;
};

/** Per million tokens, in whatever unit of money. */
export type Prices = { readonly in: number; readonly out: number };

/** A million tokens cost a price in units; so a token costs it in millionths of a unit. */
export function costMicros(
  tokens: { readonly in: number; readonly out: number },
  prices: Prices,
): number {
  return Math.ceil(tokens.in * prices.in + tokens.out * prices.out);
}

/** What the day's calls took by the log. Of one whose end is not written yet, or never was, all that was set aside counts. */
export async function spentOn(
  database: Pick<Database, "use">,
  now: Date,
): Promise<Budget> {
  const day = `${now.toISOString().slice(0, 10)}T00:00:00Z`;
  const [row] = await database.use((sql) =>
    sql<{ tokens: string; cost: string }[]>`
      select
        coalesce(sum((coalesce(e.what, c.what)->>'tokens')::bigint), 0) as tokens,
        coalesce(sum((coalesce(e.what, c.what)->>'cost_micros')::bigint), 0) as cost
      from actions c left join actions e on e.kind = 'explained' and e.call = c.call
      where c.kind = 'explain' and c.at >= ${day}`
  );
  return {
    tokens: Number(row?.tokens ?? 0),
    costMicros: Number(row?.cost ?? 0),
  };
}

/** An explanation as the log has it. */
export type Explained = Omit<Extract<What, { kind: "explained" }>, "kind">;

/**
 * What was answered to the same question before; undefined if nothing was. That it was shown again is no answer: what it lacks, as the
 * service could not judge its patch just then, would be lost to all who ask later.
 */
export async function answeredBefore(
  database: Pick<Database, "use">,
  { fingerprint, prompt_sha256, explainer }: Pick<
    Explained,
    "fingerprint" | "prompt_sha256" | "explainer"
  >,
): Promise<Explained | undefined> {
  const [row] = await database.use((sql) =>
    sql<{ what: Explained }[]>`
      select what - 'kind' as what from actions
      where kind = 'explained' and fingerprint = ${fingerprint}
        and what->>'prompt_sha256' = ${prompt_sha256} and what->>'explainer' = ${explainer}
        and what->>'outcome' = 'answered'
      order by number desc limit 1`
  );
  return row?.what;
}

/** The latest explanation of a cause, with when it was and for whom; undefined if there is none. */
export async function latestOf(
  database: Pick<Database, "use">,
  cause: string,
): Promise<(Explained & { at: string; subject: string }) | undefined> {
  const [row] = await database.use((sql) =>
    sql<{ what: Explained; at: Date; subject: string }[]>`
      select what - 'kind' as what, at, subject from actions
      where kind = 'explained' and cause like ${`${cause}%`}
      order by number desc limit 1`
  );
  return row && { ...row.what, at: row.at.toISOString(), subject: row.subject };
}
