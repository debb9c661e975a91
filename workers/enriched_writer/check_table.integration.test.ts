import assert from "node:assert/strict";
import { test } from "node:test";
import { Database } from "#runtime/postgres/database.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { checkTable } from "./check_table.ts";

test("the writer may store, and who may not is told whom to log in as", async () => {
  await using fresh = await persistenceDatabase();
  await checkTable(fresh.database);
  const reader = new Database(fresh.addressOf("reader"), {
    poolSize: 1,
    statementTimeoutMs: 5_000,
  });
  try {
    await assert.rejects(
      checkTable(reader),
      /User eventflow_reader may not select from enriched_events in database .*, or not call store_enriched_events: log in as eventflow_writer, or run `deno task migrate`, which grants it\.$/,
    );
  } finally {
    await reader.close();
  }
});

test("without the table, whoever starts is told to migrate", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  await assert.rejects(
    checkTable(fresh.database),
    /has no table enriched_events: run `deno task migrate`\.$/,
  );
});
