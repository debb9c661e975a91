import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { topics } from "#contracts/topics.ts";
import { type FreshDatabase, freshDatabase } from "#kit/fresh_database.ts";
import { paymentJson } from "#kit/payment.ts";
import { partitioned } from "#kit/persistence/persistence_database.ts";
import { installMissing } from "#local/install.ts";
import { adminUrl, postgresJob } from "#local/postgres/server.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { freePorts } from "#local/settings.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { readConfig } from "#runtime/config.ts";
import {
  databaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import type { DatabaseRole } from "#runtime/database_roles.ts";
import { Database } from "#runtime/postgres/database.ts";
import { applyMigrations } from "../../../workers/persistence/apply_migrations.ts";
import type { Layout } from "../../../workers/persistence/days/layout.ts";
import {
  type NewEvent,
  type Stored,
  storeEvents,
} from "../../../workers/persistence/event_store.ts";
import { fillEvents } from "../bench/events_table.ts";
import { median } from "../bench/ratios.ts";
import { Figures, secondsSince } from "../stack/figures.ts";

export type Options = {
  readonly rows: number;
  readonly events: number;
  readonly rounds: number;
  readonly json?: string;
};

type Told = { say: (line: string) => void; stopping: AbortSignal };

/** As persistence has it by default: a batch of this size, from each of so many partitions at once. */
const BATCH = 500;
const WRITERS = 4;
const TOLD_AGAIN = 10_000;

const layouts = ["whole", "by day"] as const satisfies readonly Layout[];

/** @returns whether every event, duplicate and conflict was told for what it is */
export async function measureDays(
  { rows, events, rounds, json }: Options,
  { say, stopping }: Told,
): Promise<boolean> {
  const figures = new Figures(say, { rows, events, rounds });
  await using server = await ownServer({ say, stopping });
  await using stack = new AsyncDisposableStack();
  const tables = new Map<Layout, Filled>();
  for (const layout of layouts) {
    say(`Filling the table that is ${layout} with ${rows} rows …`);
    const began = performance.now();
    tables.set(
      layout,
      stack.use(await filled(server.port, { layout, rows, figures })),
    );
    figures.told(`filled, ${layout}, s`, secondsSince(began));
  }
  const rates: Record<Layout, number[]> = { "whole": [], "by day": [] };
  let isExact = true;
  for (let round = 0; round < rounds; round++) {
    const batches = batchesOf(events);
    // Whoever begins does so in every second round alone.
    for (const layout of round % 2 ? layouts.toReversed() : layouts) {
      stopping.throwIfAborted();
      const table = tables.get(layout);
      if (table === undefined) continue;
      await table.sql`checkpoint`;
      const began = performance.now();
      const counts = await storeAll(table.database, batches, stopping);
      const rate = Math.round(events / (performance.now() - began) * 1000);
      isExact &&= counts.get("stored") === events;
      rates[layout].push(rate);
      figures.told(`round ${round + 1}, ${layout}, rows/s`, rate);
    }
  }
  for (const layout of layouts) {
    const table = tables.get(layout);
    if (table === undefined) continue;
    isExact = await toldAgain(table, { layout, rows, figures, stopping }) &&
      isExact;
  }
  const ratios = rates["by day"].map((rate, round) =>
    rate / (rates.whole[round] ?? NaN)
  );
  figures.told("rows/s, whole", median(rates.whole));
  figures.told("rows/s, by day", median(rates["by day"]));
  figures.told(
    "by day / whole, each round",
    ratios.map((one) => +one.toFixed(3)),
  );
  figures.told("by day / whole, median", +(median(ratios) ?? NaN).toFixed(3));
  figures.told("exact", isExact);
  await figures.write(json);
  return isExact;
}

type Filled = AsyncDisposable & {
  /** As the writer. */
  readonly database: Database;
  /** As the superuser. */
  readonly sql: postgres.Sql;
};

/** A table whose rows were stored yesterday; what is stored now is of today. */
async function filled(
  port: number,
  { layout, rows, figures }: {
    layout: Layout;
    rows: number;
    figures: Figures;
  },
): Promise<Filled> {
  await using unfinished = new AsyncDisposableStack();
  const fresh = unfinished.use(
    await freshDatabase(
      adminUrl(port, "postgres"),
      `days_${layout.replace(" ", "_")}`,
    ),
  );
  const { sql } = fresh;
  const owner = addressOf(fresh, "owner");
  const migrating = new Database(owner, {
    poolSize: 1,
    statementTimeoutMs: 60_000,
  });
  await applyMigrations(migrating);
  await migrating.close();
  await sql`alter table events alter stored_at set default now() - interval '1 day'`;
  await fillEvents(sql, rows);
  await sql`alter table events alter stored_at set default now()`;
  if (layout === "by day") {
    const began = performance.now();
    const firstDay = new Date();
    firstDay.setUTCHours(0, 0, 0, 0);
    await partitioned(owner, { firstDay: firstDay.toISOString() });
    figures.told("the move, s", secondsSince(began));
    const [size] = await sql`
      select
        (select sum(pg_total_relation_size(relid))::float8 from pg_partition_tree('event_keys')) as keys,
        (select sum(pg_total_relation_size(relid))::float8 from pg_partition_tree('events')) as events`;
    figures.told("bytes", { ...size });
  }
  await sql`vacuum (analyze)`;
  const database = new Database(addressOf(fresh, "writer"), {
    application: "eventflow-persistence",
    poolSize: WRITERS,
    statementTimeoutMs: 60_000,
  });
  unfinished.defer(() => database.close());
  const all = unfinished.move();
  return { database, sql, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function addressOf({ url }: FreshDatabase, role: DatabaseRole) {
  const config = readConfig("the measurement", databaseSettings, {
    EVENTFLOW_DB_URL: `${roleUrl(url, role)}?sslmode=disable`,
  });
  return databaseAddress(config, role);
}

/** A PostgreSQL of its own, as durable as the stack's. */
async function ownServer(
  { say, stopping }: Told,
): Promise<AsyncDisposable & { readonly port: number }> {
  await using unfinished = new AsyncDisposableStack();
  const temporary = await openTemporaryHome("eventflow-days-load-");
  unfinished.defer(() => temporary.remove());
  const { home } = temporary;
  await installMissing(home, { say, stopping });
  const { postgres: port } = await freePorts();
  const supervisor = new Supervisor({ home, say: () => {} });
  unfinished.defer(() => supervisor.stop());
  await supervisor.start(
    await postgresJob({ dataFolder: home.postgresData, port }),
  );
  const all = unfinished.move();
  return { port, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Of three events of each payment, with ids in no order, as providers make them. */
function batchesOf(events: number): NewEvent[][] {
  const batches: NewEvent[][] = [];
  for (let n = 0; n < events; n += BATCH) {
    const partition = batches.length % WRITERS;
    const size = Math.min(BATCH, events - n);
    const payments = Array.from({ length: Math.ceil(size / 3) }, randomUUID);
    batches.push(Array.from({ length: size }, (_, index) =>
      newEvent(
        paymentJson({
          // All that sorts so is not of the rows of before.
          eventId: `evt_${randomUUID()}`,
          paymentId: `pay_${payments[Math.floor(index / 3)]}`,
        }),
        partition,
        n + index,
      )));
  }
  return batches;
}

function newEvent(json: string, partition: number, offset: number): NewEvent {
  const topic = topics.validated.name;
  const origin = { topic: topics.raw.name, partition, offset };
  return { json, topic, partition, offset, origin, receivedAt: new Date() };
}

/** @returns how many ended as what */
async function storeAll(
  database: Database,
  batches: readonly NewEvent[][],
  stopping: AbortSignal,
): Promise<Map<Stored["kind"], number>> {
  const counts = new Map<Stored["kind"], number>();
  const remaining = batches.values();
  await Promise.all(Array.from({ length: WRITERS }, async () => {
    for (const batch of remaining) {
      stopping.throwIfAborted();
      for (const { kind } of await storeEvents(database, batch)) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
  }));
  return counts;
}

/** Tells rows of before again, and events of now: each once as it was, and once with another amount. */
async function toldAgain(
  { database, sql }: Filled,
  { layout, rows, figures, stopping }: {
    layout: Layout;
    rows: number;
    figures: Figures;
    stopping: AbortSignal;
  },
): Promise<boolean> {
  const most = Math.min(TOLD_AGAIN, rows);
  const stored = await sql<{ json: string; other: string }[]>`
    select event::text as json, jsonb_set(event, '{payload,amount}', '1234567.5')::text as other
    from (
      select jsonb_build_object(
        'event_id', event_id, 'event_type', event_type, 'schema_version', 1, 'source', source,
        'timestamp', to_char(event_timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'payload', payload
      ) as event
      from (
        (select * from events where event_id like 'filled%' limit ${most})
        union all (select * from events where event_id like 'evt%' limit ${most})
      ) as chosen
    ) as told`;
  const events = stored.flatMap(({ json, other }, index) => [
    newEvent(json, 9, 2 * index),
    newEvent(other, 9, 2 * index + 1),
  ]);
  const batches: NewEvent[][] = [];
  for (let n = 0; n < events.length; n += BATCH) {
    batches.push(events.slice(n, n + BATCH));
  }
  const began = performance.now();
  const counts = await storeAll(database, batches, stopping);
  const rate = Math.round(events.length / (performance.now() - began) * 1000);
  figures.told(`told again, ${layout}, events/s`, rate);
  figures.told(`told again, ${layout}`, Object.fromEntries(counts));
  return counts.get("duplicate") === stored.length &&
    counts.get("conflict") === stored.length && counts.size === 2;
}
