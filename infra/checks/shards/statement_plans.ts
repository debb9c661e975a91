import postgres from "postgres";
import { shardedTables } from "./hash_partitioned.ts";

/** A statement that was executed, one within a function too, and where. */
export type ExecutedStatement = {
  readonly text: string;
  /** For each table, the partitions that were looked into. */
  readonly touched: ReadonlyMap<string, ReadonlySet<number>>;
};

type Node = {
  readonly "Relation Name"?: string;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly Node[];
};

type Explained = { readonly "Query Text": string; readonly Plan: Node };

const tables = Object.keys(shardedTables).join("|");
const PARTITION = new RegExp(`^(${tables})_([0-9]+)$`);

/**
 * Has a database send with each statement the plan that it was executed by, as PostgreSQL's module auto_explain sees it.
 *
 * @param sql a connection of the superuser
 */
export async function explainAll(
  sql: postgres.Sql,
  database: string,
): Promise<void> {
  const settings = {
    // Of disks without heads, as everybody has who needs several servers.
    random_page_cost: "1.1",
    session_preload_libraries: "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
  };
  for (const [name, value] of Object.entries(settings)) {
    await sql.unsafe(`alter database ${database} set ${name} = '${value}'`);
  }
}

/** A connection to such a database, and what was executed on it. */
export function explained(
  url: string,
): AsyncDisposable & {
  readonly sql: postgres.Sql;
  readonly executed: ExecutedStatement[];
} {
  const executed: ExecutedStatement[] = [];
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    onnotice({ message }) {
      const plan = message?.indexOf("{") ?? -1;
      if (message?.startsWith("duration:") && plan > 0) {
        executed.push(executedStatement(JSON.parse(message.slice(plan))));
      }
    },
  });
  return {
    sql,
    executed,
    [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }),
  };
}

function executedStatement(
  { "Query Text": text, Plan: plan }: Explained,
): ExecutedStatement {
  const touched = new Map<string, Set<number>>();
  for (const node of allOf(plan)) {
    const [, table = "", shard = ""] =
      PARTITION.exec(node["Relation Name"] ?? "") ?? [];
    // What PostgreSQL has pruned when it knew the values was executed no time.
    if (table === "" || node["Actual Loops"] === 0) continue;
    const shards = touched.get(table) ?? new Set();
    touched.set(table, shards.add(Number(shard)));
  }
  return { text, touched };
}

function* allOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.Plans ?? []) yield* allOf(child);
}
