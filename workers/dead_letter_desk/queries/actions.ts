import type { Database } from "#runtime/postgres/database.ts";

/** What somebody did, as the audit trail shows it. */
export type ActionRow = {
  readonly number: number;
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  readonly via: string;
  readonly kind: string;
  readonly job: string | null;
  readonly cause: string | null;
  readonly what: Readonly<Record<string, unknown>>;
};

/** What was done, the latest first. Parts of a plan are shown with it. */
export async function actionsOf(
  database: Pick<Database, "use">,
  { before, job, limit = 100 }: {
    readonly before?: number | undefined;
    readonly job?: string | undefined;
    readonly limit?: number;
  } = {},
): Promise<ActionRow[]> {
  const rows = await database.use((sql) =>
    sql<(Omit<ActionRow, "number" | "at"> & { number: string; at: Date })[]>`
      select number, id, at, subject, via, kind, job, cause, what from actions
      where kind <> 'select'
        ${before === undefined ? sql`` : sql`and number < ${before}`}
        ${job === undefined ? sql`` : sql`and job = ${job}`}
      order by number desc limit ${limit}`
  );
  return rows.map((row) => ({
    ...row,
    number: Number(row.number),
    at: row.at.toISOString(),
  }));
}
