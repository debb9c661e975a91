import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { serviceEnvironment } from "#local/service_jobs.ts";
import { configuredPorts } from "#local/settings.ts";
import { emptyTable, type EventsDatabase, fullTable } from "./events_table.ts";

const url = new URL(process.env.EVENTFLOW_TEST_POSTGRES ?? "postgres://");
const ports = { ...configuredPorts(), postgres: Number(url.port) };
const place = {
  ports,
  env: serviceEnvironment(ports),
  stopping: new AbortController().signal,
};

test("an empty table is as the migrations make it, and a new one each time", async () => {
  const empty = emptyTable(place);
  const first = await empty.use(store(3), { least: 3, most: 3 });
  const second = await empty.use(store(2), { least: 2, most: 2 });
  assert.deepEqual([first, second], [3, 2]);
});

test("what is added to a full table is taken away, and its keys and indexes are whole", async () => {
  await using full = await fullTable(place, 1_000);
  assert.equal(full.at, "into 1,000 rows");
  assert.equal(await full.use(store(5), { least: 5, most: 5 }), 1_005);
  assert.equal(await full.use(store(5), { least: 5, most: 5 }), 1_005);
  const wanted = await emptyTable(place).use(indexes, { least: 0, most: 0 });
  assert.ok(wanted.length >= 3);
  const found = await full.use(indexes, { least: 0, most: 0 });
  assert.deepEqual(found, wanted);
});

test("a table that takes long to fill is given up when it is stopped", async () => {
  const stopping = AbortSignal.timeout(200);
  await assert.rejects(
    fullTable({ ...place, stopping }, 50_000_000),
    { name: "TimeoutError" },
  );
});

test("rows that are missing or too many are no measurement", async () => {
  for (const [least, most] of [[4, 9], [1, 2]] as const) {
    await assert.rejects(
      emptyTable(place).use(store(3), { least, most }),
      /from \d to \d new rows: current value 3/,
    );
  }
});

/** Stores events as a worker does, and counts what there is then. */
function store(count: number) {
  return async ({ sql }: EventsDatabase): Promise<number> => {
    await sql`
      insert into events (
        event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
        source_topic, source_partition, source_offset
      )
      select 'evt_' || n, 'type', 'test', now(), '{}', 'pay_' || n, n, 'EUR', 'topic', 0, n
      from generate_series(1, ${count}::int) as n`;
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from events`;
    return row?.count ?? 0;
  };
}

async function indexes({ sql }: EventsDatabase): Promise<string[]> {
  const rows = await sql<{ definition: string }[]>`
    select indexdef as definition from pg_indexes
    where tablename = 'events' order by indexname`;
  return rows.map(({ definition }) => definition);
}
