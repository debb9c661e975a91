import type { Sql } from "postgres";
import type { Row } from "./ordered_rows.ts";

/** A table or view whose rows must be the same, whichever way they came about. */
export type ComparedTable = {
  readonly name: string;
  /** Columns that tell a row from all others. */
  readonly key: readonly string[];
  /** Columns that say when and by which record a row was written, which the way to it decides. All others are compared. */
  readonly without: readonly string[];
};

const record = ["source_topic", "source_partition", "source_offset"] as const;

export const comparedTables: readonly ComparedTable[] = [
  {
    name: "events",
    key: ["event_id"],
    without: [...record, "stored_at", "mapping_version"],
  },
  {
    name: "payments",
    key: ["payment_id"],
    without: [...record, "applied_at"],
  },
  {
    name: "payment_states",
    key: ["payment_id", "source", "currency"],
    without: [],
  },
  {
    name: "provider_transmissions",
    key: ["source", "transmission_id"],
    without: ["first_topic", "first_partition", "first_offset", "seen_at"],
  },
];

/** Rows that are held at once. */
const AT_ONCE = 5_000;

/**
 * All rows in the order of their keys' bytes, each as a digest of its text: amounts and times are compared as PostgreSQL writes them.
 *
 * @throws {Error} if the table has none of the columns that are left out: then it is another table than this knows
 */
export async function* rowsOf(
  sql: Sql,
  { name, key, without }: ComparedTable,
): AsyncGenerator<readonly Row[]> {
  const all = (await sql<{ column: string }[]>`
    select column_name as column from information_schema.columns
    where table_schema = 'public' and table_name = ${name} order by ordinal_position`)
    .map(({ column }) => column);
  const unknown = [...key, ...without].filter((one) => !all.includes(one));
  if (unknown.length > 0) {
    throw new Error(`${name} has no ${unknown.join(", ")}`);
  }
  const columns = all.filter((one) => !without.includes(one));
  const keyText = sql`concat_ws(' ', ${sql([...key])}) collate "C"`;
  yield* sql<Row[]>`
    select ${keyText} as key, md5(row(${sql(columns)})::text) as says
    from ${sql(name)} order by 1`.cursor(AT_ONCE);
}
