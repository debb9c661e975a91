import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";
import type { ISql } from "postgres";
import { roleUrl } from "#local/postgres/roles.ts";
import { bunOf } from "#local/service_jobs.ts";
import { runAudit } from "#kit/audit.ts";
import { untilFlowing } from "#kit/flowing.ts";
import { type Accepted, startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { eventIdOf } from "#kit/outcomes.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

test("events that become days while they flow, and of which a day is dropped, are lost by nobody and come once", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    await pipeline.start("intake", "validator", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    await untilFlowing(pipeline, load, "into one table");

    // The first try: a query holds the table, and persistence is killed while the move waits for it.
    const query = await pipeline.sql.reserve();
    await query`begin`;
    await query`select from events limit 1`;
    const refused = days(pipeline, "--partition", "--apply").then(
      () => "nothing",
      ({ stderr }: { stderr: string }) => stderr,
    );
    await until("the move waited for a query", () => isAwaited(query));
    await processes.kill("persistence");
    assert.match(await refused, /let long queries and backups end/);
    await query`rollback`;
    query.release();
    await processes.restart("persistence");
    await untilFlowing(pipeline, load, "into a table that was not moved");

    await days(pipeline, "--partition", "--apply");
    await untilFlowing(pipeline, load, "into days");
    await pauseMidBatch(processes, pipeline, "persistence");
    await processes.kill("persistence");
    await processes.restart("persistence");

    await letAMonthPass(pipeline);
    await untilFlowing(pipeline, load, "of a day that nobody had made");
    const old = await pipeline.sql<{ event_id: string }[]>`
      select event_id from events_before`;
    const dropped = new Set(old.map(({ event_id }) => event_id));
    const { stdout } = await days(pipeline, "--keep-days", "7", "--apply");
    assert.match(stdout, /^Made 1[45] days ahead, and moved [1-9]\d* rows/m);
    assert.match(stdout, /^Dropped events_before /m);
    await untilFlowing(pipeline, load, "behind the day that was dropped");

    // Who came first goes on to win, though its row is gone.
    const first = load.accepted.find(({ eventId }) => dropped.has(eventId));
    assert.ok(first);
    const again = [bodyOf(first, "49.90"), bodyOf(first, "1.00")];
    for (const body of again) {
      const status = await send(pipeline.url("intake"), signed(body));
      assert.equal(status, 202);
    }
    await load.stop();
    const accepted = [...load.accepted, { ...first, isGood: false }];
    await proveNothingLostOrDoubled(pipeline, accepted, { dropped });
    const { output } = await runAudit(
      pipeline,
      accepted.map(({ eventId }) => eventId),
    );
    const told = (await pipeline.cluster.readAll(pipeline.topics.validated))
      .filter(({ value }) => dropped.has(eventIdOf(JSON.parse(`${value}`))));
    // All but the one that says otherwise.
    const count = (told.length - 1).toLocaleString("en");
    assert.match(output, new RegExp(`of dropped days ${count} \\+`));
    const [misplaced] = await pipeline.sql<{ count: number }[]>`
      select count(*)::int from events
      where tableoid::regclass::text <> 'events_' || to_char(stored_at at time zone 'UTC', 'YYYYMMDD')
        and tableoid <> 'events_rest'::regclass`;
    assert.equal(misplaced?.count, 0);
  }));

/** As the load sends it, but for the amount. */
function bodyOf(event: Accepted, amount: string): string {
  return paymentJson({ ...event, amount, currency: "EUR" });
}

/** `deno task days` */
function days({ environment }: Pipeline, ...args: readonly string[]) {
  const program = join(repositoryRoot, "workers/persistence/days/main.ts");
  return promisify(execFile)(bunOf(repositoryRoot), [program, ...args], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      ...environment,
      EVENTFLOW_DB_URL: roleUrl(environment.EVENTFLOW_DB_URL ?? "", "owner"),
    },
  });
}

/** Whether somebody waits to have the table of events alone. */
async function isAwaited(sql: ISql): Promise<boolean> {
  const [row] = await sql<{ isAwaited: boolean }[]>`
    select exists (
      select from pg_locks
      where relation = 'events'::regclass and mode = 'AccessExclusiveLock' and not granted
    ) as "isAwaited"`;
  return row?.isAwaited ?? false;
}

/** Puts all that is stored a month back, and takes away the days that were made ahead, as if they had passed. */
async function letAMonthPass({ sql }: Pipeline): Promise<void> {
  await sql.begin(async (sql) => {
    await sql`alter table events detach partition events_before`;
    await sql`
      update events_before set stored_at = stored_at - interval '30 days'`;
    await sql`
      update event_keys set stored_at = stored_at - interval '30 days'`;
    const ahead = await sql<{ name: string }[]>`
      select relname as name from pg_class join pg_inherits on inhrelid = oid
      where inhparent = 'events'::regclass and relname <> 'events_rest'`;
    for (const { name } of ahead) await sql`drop table ${sql(name)}`;
    await sql.unsafe(`
      do $$ begin execute format(
        'alter table events attach partition events_before for values from (minvalue) to (%L)', current_date - 20
      ); end $$`);
  });
}
