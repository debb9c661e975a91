import type postgres from "postgres";
import { judge } from "./earlier_row.ts";
import { readRows } from "./read_rows.ts";
import { type Reason, Reasons } from "./reasons.ts";
import { dependentsOf, type Session, whoIsConnected } from "./surroundings.ts";

/** What adopting would do. */
export type Survey = {
  readonly rows: number;
  readonly adoptable: number;
  readonly notAdoptable: readonly Reason[];
  /** Rows whose large object this user may not read. */
  readonly unreadable: number;
  /** Sessions that keep the table from being put away. */
  readonly connected: readonly string[];
  /** What would go on with the table that is kept. */
  readonly dependents: readonly string[];
};

/** Looks at each row of the earlier table as adopting would, at one moment of it, and changes nothing. */
export async function survey(
  sql: postgres.Sql,
  { progress }: { progress: (done: number, all: number) => void },
): Promise<Survey> {
  return await sql.begin(
    "isolation level repeatable read, read only",
    async (sql) => {
      const [count] = await sql<{ rows: number }[]>`
        select count(*)::double precision as rows from public.events`;
      const all = count?.rows ?? 0;
      const reasons = new Reasons();
      const found = { rows: 0, adoptable: 0, unreadable: 0 };
      let after: string | null = null;
      for (;;) {
        const rows = await readRows(sql, { table: "events", after });
        for (const row of rows) {
          found.rows++;
          if (row.payload === "unreadable") {
            found.unreadable++;
            continue;
          }
          const judged = judge(row);
          if (judged.ok) found.adoptable++;
          else reasons.add(row.eventId, judged.why);
        }
        const last = rows.at(-1);
        if (last === undefined) break;
        after = last.eventId;
        progress(found.rows, all);
      }
      const connected = await sql.unsafe<Session[]>(whoIsConnected);
      return {
        ...found,
        notAdoptable: reasons.all,
        connected: connected.map(({ session }) => session),
        dependents: await dependentsOf(sql, "events"),
      };
    },
  );
}
