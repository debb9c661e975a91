import type postgres from "postgres";

/** How far filling has come, in blocks of the table `events`. */
export type Filled = { readonly done: number; readonly all: number };

const TOLD_EVERY_MS = 2_000;

/** Tells at the end, and on the way at most every two seconds. */
export function tellFilled(
  tell: (done: string, all: string) => void,
): (filled: Filled) => void {
  let toldAt = performance.now();
  return ({ done, all }) => {
    const now = performance.now();
    if (done < all && now - toldAt < TOLD_EVERY_MS) return;
    toldAt = now;
    tell(done.toLocaleString("en"), all.toLocaleString("en"));
  };
}

/** Some blocks of the table `events`, or of one of its partitions. */
export type Blocks = {
  readonly table: string;
  /** The first, and the one behind the last. */
  readonly from: number;
  readonly to: number;
};

type State = {
  file: number;
  nextBlock: number;
  isFinished: boolean;
};

type Part = { table: string; file: number; blocks: number };

/**
 * Goes on through the rows that were in `events` before something followed it, some blocks at a time. How far that is, the table
 * `progress` says, and is changed in the same transaction, so that two at a time take turns. A partition that was rewritten
 * meanwhile has its rows in other places: then all is begun anew.
 *
 * @param take does what is to be done with the rows of some blocks
 * @returns undefined if nothing is left to do
 */
export async function fillByBlocks(
  sql: postgres.TransactionSql,
  { progress, blocksAtOnce, take }: {
    progress: "payments_fill" | "event_keys_fill";
    blocksAtOnce: number;
    take: (blocks: Blocks) => Promise<unknown>;
  },
): Promise<Filled | undefined> {
  const [state] = await sql<State[]>`
    select
      file, next_block::double precision as "nextBlock",
      finished_at is not null as "isFinished"
    from ${sql(progress)} for update`;
  if (state === undefined || state.isFinished) return undefined;
  const parts = await sql<Part[]>`
    select
      relname as table, pg_relation_filenode(oid) as file,
      (pg_relation_size(oid) / current_setting('block_size')::integer)::double precision as blocks
    from pg_class
    where relkind = 'r' and (
      oid = 'events'::regclass or oid in (select relid from pg_partition_tree('events'))
    )
    order by oid`;
  const known = parts.findIndex(({ file }) => file === state.file);
  const index = Math.max(known, 0);
  const part = parts[index];
  if (part === undefined) return undefined;
  const from = known < 0 ? 0 : state.nextBlock;
  const to = Math.min(from + blocksAtOnce, part.blocks);
  if (from < to) await take({ table: part.table, from, to });
  // What is appended behind this is seen to by the trigger.
  const next = to === part.blocks ? parts[index + 1] : part;
  await sql`
    update ${sql(progress)} set
      file = ${(next ?? part).file}::bigint::oid,
      next_block = ${next === part || next === undefined ? to : 0},
      finished_at = case when ${next === undefined} then now() end`;
  const sum = (some: readonly Part[]) =>
    some.reduce((blocks, one) => blocks + one.blocks, 0);
  const all = sum(parts);
  const done = sum(parts.slice(0, index)) + to;
  return all === 0 ? undefined : { done, all };
}

/** The rows of some blocks, each as one value `event` of the type `events`. */
export function rowsOf(
  sql: postgres.TransactionSql,
  { table, from, to }: Blocks,
) {
  return sql`
    select one::events as event from only ${sql(table)} as one
    where one.ctid >= ${`(${from},0)`}::tid and one.ctid < ${`(${to},0)`}::tid`;
}
