import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { type FreshDatabase, freshDatabase } from "#kit/fresh_database.ts";
import { adminUrl } from "#local/postgres/server.ts";
import { bunOf } from "#local/service_jobs.ts";
import type { Bench } from "./bench.ts";
import { freshId } from "./broker.ts";
import type { Checkout } from "./checkout.ts";

/** Makes a database that a checkout has migrated: its table `events` is empty. Dropped when it is disposed of. */
export async function migratedDatabase(
  { ports, env }: Pick<Bench, "ports" | "env">,
  { root }: Pick<Checkout, "root">,
): Promise<FreshDatabase> {
  await using unfinished = new AsyncDisposableStack();
  const database = unfinished.use(
    // Its superuser does it all, since versions before there were roles are measured too.
    await freshDatabase(adminUrl(ports.postgres), `bench_${freshId()}`),
  );
  await promisify(execFile)(
    bunOf(root),
    [join(root, "workers/persistence/migrate.ts")],
    {
      env: { ...process.env, ...env, EVENTFLOW_DB_URL: database.url },
      cwd: root,
    },
  ).catch((cause) => {
    throw new Error(
      `Cannot migrate a database for the benchmark: ${describeError(cause)}`,
      { cause },
    );
  });
  unfinished.move();
  return database;
}
