import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sleep } from "#runtime/backoff.ts";
import {
  type DatabaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { applyMigrations } from "../apply_migrations.ts";
import { Database } from "#runtime/postgres/database.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { adoptionOf } from "./adopt.ts";
import { connectForAdoption } from "./connection.ts";
import {
  digest,
  type EarlierDatabase,
  earlierDatabase,
  many,
} from "#kit/persistence/test_earlier_table.ts";

const script = fileURLToPath(new URL("../migrate.ts", import.meta.url));

function start(
  { host, port, user, password, database }: DatabaseAddress,
  args: readonly string[],
) {
  return spawn(process.execPath, [script, ...args], {
    env: {
      ...process.env,
      EVENTFLOW_ENVIRONMENT: "development",
      EVENTFLOW_START_TIMEOUT_MS: "300000",
      [databaseSettings.dbUrl.env]:
        `postgres://${user}:${password}@${host}:${port}/${database}?sslmode=disable`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function migrate({ admin }: EarlierDatabase, ...args: string[]) {
  const child = start(admin, args);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "exit"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, said: stdout + stderr };
}

test("the first run says what adopting would do and changes nothing, and what was adopted is told from then on", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill(...many(3), { eventId: "bad", payload: "not json" });
  const before = await digest(earlier.sql);

  const asked = await migrate(earlier);
  assert.equal(asked.code, 78, asked.said);
  assert.match(asked.said, /of user earlier_\w+: 4 rows\./);
  assert.match(asked.said, /^ +3 {2}can be adopted$/m);
  assert.match(asked.said, /^ +1 {2}cannot be: not_json, such as "bad"$/m);
  assert.match(
    asked.said,
    /Nothing was changed\. Before --adopt, stop the earlier service \(process \d+ of earlier_\w+, "PostgreSQL JDBC Driver"\)\.$/m,
  );
  const refused = await migrate(earlier, "--adopt");
  assert.equal(refused.code, 69, refused.said);
  assert.match(refused.said, /^The earlier service is connected, /);
  assert.deepEqual(await digest(earlier.sql), before);

  await earlier.stopEarlier();
  const ready = await migrate(earlier);
  assert.match(ready.said, /To adopt: deno task migrate --adopt$/m);
  const done = await migrate(earlier, "--adopt");
  assert.equal(done.code, 0, done.said);
  const told =
    /^The earlier table is adopted: 4 of 4 rows: 3 adopted, 1 not adopted\. Those stand in earlier_events_not_adopted/m;
  assert.match(done.said, told);
  const again = await migrate(earlier);
  assert.equal(again.code, 0, again.said);
  assert.match(again.said, told);
});

test("killed in the middle of a batch it is told so, and goes on where the last batch ended", async () => {
  await using earlier = await earlierDatabase();
  const { sql } = earlier;
  await earlier.fill(...many(1_200));
  await earlier.stopEarlier();
  await putEarlierAway(earlier);
  // A row that is not committed yet: the batch that meets it, the second, waits to see whether it will be.
  const holder = connectForAdoption(earlier.admin);
  try {
    await holder`begin`;
    await holder`
      insert into events (event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency, adopted_at)
      values ('evt-00600', 't', 's', now(), '{}', 'p', 1, 'EUR', now())`;
    const child = start(earlier.admin, ["--adopt"]);
    const exited = once(child, "exit");
    await until(async () => {
      const waiting = await sql`
        select from pg_stat_activity
        where datname = current_database() and application_name = 'eventflow-migrate'
          and wait_event_type = 'Lock'`;
      return waiting.length === 1;
    });
    child.kill("SIGKILL");
    await exited;
  } finally {
    await holder.end({ timeout: 1 });
  }
  assert.equal((await adoptionOf(sql))?.position, "evt-00499");

  const asked = await migrate(earlier);
  assert.equal(asked.code, 78, asked.said);
  assert.match(
    asked.said,
    /^Adopting the earlier table is not finished \(500 of 1,200 rows: 500 adopted\): run `deno task migrate --adopt`, which goes on there\.$/m,
  );
  const done = await migrate(earlier, "--adopt");
  assert.equal(done.code, 0, done.said);
  const [row] = await sql`select count(*)::int, sum(amount)::text from events`;
  assert.deepEqual({ ...row }, { count: 1_200, sum: "719700.00" });
  assert.equal((await adoptionOf(sql))?.adopted, 1_200);
});

async function putEarlierAway({ admin }: EarlierDatabase): Promise<void> {
  const database = new Database(admin, {
    poolSize: 1,
    statementTimeoutMs: 60_000,
  });
  try {
    await awaitDatabase(database, { timeoutMs: 300_000 });
    await applyMigrations(database, { hasEarlierTable: true });
  } finally {
    await database.close();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!await isSo()) await sleep(50);
}

test("with no earlier table it says that there is none to adopt", async () => {
  await using earlier = await earlierDatabase();
  await earlier.sql`drop table events`;
  const { code, said } = await migrate(earlier, "--adopt");
  assert.equal(code, 0, said);
  assert.match(said, /^There is no earlier table to adopt\.$/m);
});
