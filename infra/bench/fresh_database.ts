import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import postgres from "postgres";
import { describeError } from "#runtime/errors.ts";
import { databaseUrl } from "../stack/postgres/server.ts";
import { bunProgram } from "../stack/services.ts";
import type { Bench } from "./bench.ts";
import { freshId } from "./broker.ts";
import type { Checkout } from "./checkout.ts";

export type FreshDatabase = AsyncDisposable & {
  readonly url: string;
  readonly sql: postgres.Sql;
  /** Has the statements that run in it now fail. */
  cancel(): Promise<void>;
};

/** Makes a database that a checkout has migrated: its table `events` is empty. Dropped when it is disposed of. */
export async function freshDatabase(
  { ports, env }: Pick<Bench, "ports" | "env">,
  { root }: Pick<Checkout, "root">,
): Promise<FreshDatabase> {
  const name = `bench_${freshId()}`;
  const url = databaseUrl(ports.postgres, name);
  await onServer(ports, (sql) => sql`create database ${sql(name)}`);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const drop = async () => {
    await sql.end({ timeout: 1 });
    await onServer(
      ports,
      (sql) => sql`drop database ${sql(name)} with (force)`,
    );
  };
  try {
    await promisify(execFile)(
      bunProgram,
      [join(root, "workers/persistence/migrate.ts")],
      { env: { ...process.env, ...env, EVENTFLOW_DB_URL: url }, cwd: root },
    );
  } catch (cause) {
    await drop();
    throw new Error(
      `Cannot migrate a database for the benchmark: ${describeError(cause)}`,
      { cause },
    );
  }
  const cancel = () =>
    onServer(
      ports,
      (sql) =>
        sql`select pg_cancel_backend(pid) from pg_stat_activity where datname = ${name}`,
    );
  return { url, sql, cancel, [Symbol.asyncDispose]: drop };
}

async function onServer(
  ports: Bench["ports"],
  work: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(databaseUrl(ports.postgres), {
    max: 1,
    onnotice: () => {},
  });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
