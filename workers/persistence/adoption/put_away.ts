/// <reference path="../pg.d.ts" />
import { readFile } from "node:fs/promises";
import type { Client } from "pg";
import { StartError } from "#runtime/lifecycle.ts";
import { type Session, whoIsConnected } from "./surroundings.ts";

/** Somebody who is writing the table keeps it, and is named below as soon as this is over. */
const LOCK_TIMEOUT = "5s";
/** SQLSTATE, PostgreSQL documentation, appendix A. */
const LOCK_NOT_AVAILABLE = "55P03";

const isThere = `
  select from pg_attribute
  where attrelid = to_regclass('public.events') and attname = 'payload' and atttypid = 'oid'::regtype`;

/**
 * Begins a transaction, and puts the earlier table away in it. Whoever commits it makes our tables before: the
 * earlier table is in its place until ours are in theirs. The migration tool does both, as its own `begin` is only
 * a warning then; if it fails it rolls back both. If another has done it meanwhile there is no transaction.
 *
 * @throws {StartError} if the earlier service is connected
 */
export async function putAway(client: Client): Promise<void> {
  await client.query("begin");
  await client.query(
    "select pg_advisory_xact_lock(hashtext('eventflow adoption'))",
  );
  if ((await client.query(isThere)).rows.length === 0) {
    await client.query("rollback");
    return;
  }
  await requireAlone(client);
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await lock(client);
  // It may have come while this waited.
  await requireAlone(client);
  const file = new URL("keep.sql", import.meta.url);
  await client.query(await readFile(file, "utf8"));
}

async function lock(client: Client): Promise<void> {
  try {
    await client.query("lock table public.events in access exclusive mode");
  } catch (cause) {
    const isTimeout = cause instanceof Error && "code" in cause &&
      cause.code === LOCK_NOT_AVAILABLE;
    if (!isTimeout) throw cause;
    throw new StartError(
      "The earlier table is in use, as by a backup or a long query: let that end, and run this again. Nothing was changed.",
      { cause },
    );
  }
}

async function requireAlone(client: Client): Promise<void> {
  const { rows } = await client.query<Session>(whoIsConnected);
  if (rows.length === 0) return;
  throw new StartError(
    `The earlier service is connected, or somebody with its login (${
      rows.map(({ session }) => session).join("; ")
    }): stop it, for what it writes from here on would fail, and run this again. Nothing was changed.`,
  );
}
