import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import type postgres from "postgres";
import { deskIndex } from "#kit/desk_index.ts";
import { SCHEMA } from "./migrate.ts";

const folder = new URL("../migrations/", import.meta.url);

/** Every column of every table and view, with its type. */
async function columnsOf(sql: postgres.Sql) {
  const rows = await sql<{ said: string }[]>`
    select concat_ws(' ', table_name, column_name, udt_name, is_nullable, column_default) as said
    from information_schema.columns where table_schema = ${SCHEMA} order by 1`;
  return rows.map(({ said }) => said);
}

test("the latest migration can be taken back, and made again", async () => {
  await using index = await deskIndex();
  const latest = (await readdir(folder)).sort().at(-1) ?? "";
  const text = await readFile(new URL(latest, folder), "utf8");
  const [up = "", down = ""] = text.split("-- Down Migration");
  await index.database.use(async (sql) => {
    const before = await columnsOf(sql);
    await sql.unsafe(down);
    assert.notDeepEqual(await columnsOf(sql), before);
    await sql.unsafe(up);
    assert.deepEqual(await columnsOf(sql), before);
  });
});
