import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { startable } from "#runtime/postgres/await_database.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";

export const migrationsFolder = fileURLToPath(
  new URL("./migrations", import.meta.url),
);

/** Where the migration tool keeps the names of what it has applied. */
export const migrationsTable = "schema_migrations";

/**
 * Checks that every migration of this version is applied.
 * Further migrations do no harm: a newer version may have been here.
 *
 * @throws {StartError} if one is missing
 */
export async function checkSchema(database: Database): Promise<void> {
  const place = placeOf(database.address);
  const applied = await startable(
    database.use((sql) =>
      sql<{ name: string }[]>`
      select name from ${sql(migrationsTable)}`
    ),
  );
  const names = new Set(applied.map(({ name }) => name));
  const missing = (await neededMigrations()).filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new StartError(
      `The schema of database ${place} lacks ${
        missing.join(", ")
      }: run \`deno task migrate\`.`,
      { exitCode: exitCodes.config },
    );
  }
}

/**
 * Checks that the table `payments` follows the table `events`: somebody may have disabled that, as to restore a dump, and
 * left it so.
 *
 * @throws {StartError} if it does not
 */
export async function checkPaymentsFollow(database: Database): Promise<void> {
  const triggers = ["keep_payments", "keep_payments_of_superseded"];
  const enabled = await startable(
    database.use((sql) =>
      sql<{ name: string }[]>`
      select tgname as name from pg_trigger
      where tgrelid = 'public.events'::regclass and tgenabled in ('O', 'A')`
    ),
  );
  const disabled = triggers.find((trigger) =>
    !enabled.some(({ name }) => name === trigger)
  );
  if (disabled === undefined) return;
  throw new StartError(
    `In database ${
      placeOf(database.address)
    } the table payments does not follow events, as the trigger ${disabled} is disabled or missing: \`alter table events enable trigger ${disabled}\`, and fill the table anew as docs/database.md says.`,
    { exitCode: exitCodes.config },
  );
}

async function neededMigrations(): Promise<string[]> {
  const files = await readdir(migrationsFolder);
  return files.filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length)).sort();
}
