import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sleep } from "#runtime/backoff.ts";
import {
  describeError,
  exitCodes,
  FatalError,
  TransientError,
} from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "./database.ts";
import { placeOf } from "./database_errors.ts";

export const migrationsFolder = fileURLToPath(
  new URL("./migrations", import.meta.url),
);

/** Where the migration tool keeps the names of what it has applied. */
export const migrationsTable = "schema_migrations";

const pollMs = 250;

/**
 * Waits until the database answers.
 *
 * @throws {StartError} where it does not within `timeoutMs`, or needs a person
 */
export async function awaitDatabase(
  database: Database,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (true) {
    try {
      await startable(database.use((sql) => sql`select 1`));
      return;
    } catch (cause) {
      if (!(cause instanceof TransientError)) throw cause;
      if (signal?.aborted || Date.now() + pollMs > deadline) {
        throw new StartError(
          `Cannot reach database ${
            placeOf(database.address)
          } within ${timeoutMs} ms: start it (the local stack does: \`deno task up\`) or correct EVENTFLOW_DB_URL (${
            describeError(cause.cause)
          }).`,
          { cause },
        );
      }
      await sleep(pollMs, signal);
    }
  }
}

/**
 * Checks that every migration of this version is applied and that the table may be read and written.
 * Further migrations do no harm: a newer version may have been here.
 *
 * @throws {StartError} where something is missing
 */
export async function checkSchema(database: Database): Promise<void> {
  const place = placeOf(database.address);
  const refuse = (reason: string) =>
    new StartError(reason, { exitCode: exitCodes.config });
  const applied = await startable(
    database.use((sql) =>
      sql<{ name: string }[]>`
      select name from ${sql(migrationsTable)}`
    ),
  );
  const names = new Set(applied.map(({ name }) => name));
  const missing = (await neededMigrations()).filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw refuse(
      `The schema of database ${place} lacks ${
        missing.join(", ")
      }: run \`deno task migrate\`.`,
    );
  }
  const [rights] = await startable(
    database.use((sql) =>
      sql<{ enough: boolean }[]>`
      select has_table_privilege('events', 'select')
        and has_table_privilege('events', 'insert') as enough`
    ),
  );
  if (!rights?.enough) {
    throw refuse(
      `User ${database.address.user} may not select from and insert into events in database ${place}: grant both.`,
    );
  }
}

async function neededMigrations(): Promise<string[]> {
  const files = await readdir(migrationsFolder);
  return files.filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length)).sort();
}

/** What needs a person while running needs one at the start as well. */
async function startable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof FatalError)) throw cause;
    throw new StartError(`${describeError(cause)}.`, {
      cause,
      exitCode: cause.exitCode,
    });
  }
}
