/// <reference path="../../../workers/persistence/pg.d.ts" />
/**
 * Logs in to the database that the environment names, with each driver that EventFlow uses, on whatever runtime this
 * is run; prints as JSON what came of it: "in", or the driver's error.
 *
 * @module
 */
import process from "node:process";
import { Client } from "pg";
import postgres from "postgres";
import { readConfig } from "#runtime/config.ts";
import { connectionTo } from "#runtime/database_connection.ts";
import {
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";

const connection = connectionTo(databaseAddress(
  readConfig("the test", databaseSettings, process.env, databaseRelations),
  "reader",
));

async function byPostgres(): Promise<void> {
  const sql = postgres({ ...connection, max: 1, connect_timeout: 60 });
  try {
    await sql`select 1`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function byPg(): Promise<void> {
  const client = new Client({ ...connection });
  client.on("error", () => {}); // What it breaks rejects as well.
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end().catch(() => {});
  }
}

const outcomeOf = (login: Promise<void>) =>
  login.then(() => "in", describeError);
console.log(JSON.stringify({
  postgres: await outcomeOf(byPostgres()),
  pg: await outcomeOf(byPg()),
}));
process.exit(0);
