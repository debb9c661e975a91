import type postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { EarlierRow } from "./earlier_row.ts";
import { readRows } from "./read_rows.ts";
import { type Fate, storeRows } from "./store_rows.ts";

/** How far adopting has come. */
export type Adoption = {
  readonly rowCount: number;
  readonly position: string | null;
  readonly adopted: number;
  readonly storedBefore: number;
  readonly notAdopted: number;
  readonly isFinished: boolean;
};

/** @returns `undefined` if there was no earlier table */
export async function adoptionOf(
  sql: postgres.ISql,
): Promise<Adoption | undefined> {
  const [place] = await sql<{ isThere: boolean }[]>`
    select to_regclass('public.earlier_events_adoption') is not null as "isThere"`;
  if (!place?.isThere) return undefined;
  const [adoption] = await sql<Adoption[]>`
    select
      row_count::double precision as "rowCount", position,
      adopted::double precision, stored_before::double precision as "storedBefore",
      not_adopted::double precision as "notAdopted",
      finished_at is not null as "isFinished"
    from public.earlier_events_adoption`;
  return adoption;
}

export type AdoptOptions = {
  readonly address: DatabaseAddress;
  readonly progress: (adoption: Adoption) => void;
  readonly rowsAtOnce?: number;
};

/**
 * Makes a row of each earlier row that the contract has, and lists the others. What a batch came to is committed with
 * how far that is, so that it goes on there after whatever ended it, and so that two at a time share the work. If
 * all has been looked at already, it looks once more at what was not adopted.
 *
 * @throws {StartError} if a payload may not be read; nothing is passed over for it
 */
export async function adopt(
  sql: postgres.Sql,
  options: AdoptOptions,
): Promise<void> {
  const isSecondLook = (await adoptionOf(sql))?.isFinished ?? false;
  let after: string | null = null;
  for (;;) {
    const last: string | undefined = await sql.begin((sql) =>
      takeNext(sql, { ...options, isSecondLook, after })
    );
    const adoption = await adoptionOf(sql);
    if (adoption) options.progress(adoption);
    if (last === undefined) return;
    after = last;
  }
}

/** @returns the last `event_id` it has taken; `undefined` if all is done */
async function takeNext(
  sql: postgres.TransactionSql,
  { address, isSecondLook, after, rowsAtOnce }:
    & Pick<AdoptOptions, "address" | "rowsAtOnce">
    & { isSecondLook: boolean; after: string | null },
): Promise<string | undefined> {
  const [state] = await sql<{ position: string | null }[]>`
    select position from public.earlier_events_adoption for update`;
  const position = state?.position ?? null;
  const from = { table: "earlier_events", most: rowsAtOnce } as const;
  let rows = await readRows(
    sql,
    isSecondLook
      ? { ...from, after, only: "listed" }
      : { ...from, after: position },
  );
  const isAtEnd = rows.length === 0;
  // The promise itself, asked of the tables: each earlier row is a row of ours, or is listed.
  if (isAtEnd) {
    rows = await readRows(sql, { ...from, after: null, only: "left over" });
  }
  requireReadable(rows, address);
  const fates = await storeRows(sql, address, rows);
  const listed = await list(sql, rows, fates);
  const last = rows.at(-1)?.eventId;
  const count = (kind: Fate["kind"]) =>
    [...fates.values()].filter((fate) => fate.kind === kind).length;
  await sql`
    update public.earlier_events_adoption set
      adopted = adopted + ${count("adopted")},
      stored_before = stored_before + ${count("stored before")},
      not_adopted = not_adopted + ${listed},
      position = ${isSecondLook || isAtEnd ? position : last ?? position},
      finished_at = coalesce(finished_at, ${
    last === undefined ? sql`now()` : sql`null`
  })`;
  return last;
}

function requireReadable(
  rows: readonly EarlierRow[],
  { user }: DatabaseAddress,
): void {
  const row = rows.find(({ payload }) => payload === "unreadable");
  if (row === undefined) return;
  throw new StartError(
    `User ${user} may not read the payload of event ${
      JSON.stringify(row.eventId)
    }, a large object of another user: log in as the earlier service's user or a superuser, and run this again.`,
    { exitCode: exitCodes.config },
  );
}

/**
 * Keeps what each row that was not adopted has, and why, where whoever looks for it finds it.
 *
 * @returns how many more are listed now; fewer if some were adopted on a second look
 */
async function list(
  sql: postgres.TransactionSql,
  rows: readonly EarlierRow[],
  fates: ReadonlyMap<string, Fate>,
): Promise<number> {
  const listed = rows.flatMap(({ eventId, payload }) => {
    const fate = fates.get(eventId);
    return fate?.kind === "not adopted"
      ? [{
        event_id: eventId,
        ...fate.why,
        payload: typeof payload === "string" ? null : payload,
      }]
      : [];
  });
  const taken = rows.map(({ eventId }) => eventId);
  const { count: removed } = await sql`
    delete from public.earlier_events_not_adopted
    where event_id in (
      select value from jsonb_array_elements_text(${sql.json(taken)}) as value
    )`;
  if (listed.length > 0) {
    await sql`insert into public.earlier_events_not_adopted ${
      sql(listed, "event_id", "code", "message", "payload")
    }`;
  }
  return listed.length - removed;
}
