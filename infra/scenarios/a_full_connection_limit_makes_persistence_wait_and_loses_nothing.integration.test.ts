import assert from "node:assert/strict";
import { test } from "node:test";
import postgres from "postgres";
import { sleep } from "#runtime/backoff.ts";
import { readinessOf } from "#local/service_jobs.ts";
import { untilItSays } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { startPostgres } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { assertAccepting, proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const MAX_CONNECTIONS = 20;

test("a full connection limit makes persistence wait, and loses nothing", () =>
  withProcesses(async (processes) => {
    const server = await startPostgres(processes, {
      max_connections: MAX_CONNECTIONS,
    });
    await using pipeline = await openPipeline(processes, { postgres: server });
    const { sql } = pipeline;
    await pipeline.start("intake", "validator", "persistence");
    const persistence = () => readinessOf(pipeline.url("persistence"));
    await using load = startLoad({ intake: pipeline.url("intake") });
    await until(
      "the first rows",
      async () => await rowsStored(pipeline) > 100,
    );

    await using crowd = startCrowd(server);
    await until("every connection was taken", async () => {
      const [row] = await sql`
        select count(*) from pg_stat_activity where backend_type = 'client backend'`;
      return Number(row?.count) === MAX_CONNECTIONS;
    });
    const before = await rowsStored(pipeline);
    await until(
      "persistence went on with the connections it had",
      async () => await rowsStored(pipeline) > before,
    );

    await until("persistence had lost its connections to others", async () => {
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'eventflow-persistence'`;
      // While a session starts, PostgreSQL 18 shows it without its name: it may be persistence's.
      const [held] = await sql`
        select count(*) as by_others from pg_stat_activity
        where backend_type = 'client backend'
          and application_name not in ('eventflow-persistence', '')`;
      return Number(held?.by_others) === MAX_CONNECTIONS &&
        /too many clients/.test((await persistence()).reason);
    });
    const rows = await rowsStored(pipeline);
    const accepted = load.accepted.length;
    await until(
      "two more seconds of events were accepted",
      () => load.accepted.length > accepted + 200,
    );
    await untilItSays(pipeline, "persistence", /too many clients/);
    assert.equal(await rowsStored(pipeline), rows);

    await crowd.leave();
    await until(
      "persistence was ready",
      async () => (await persistence()).ready,
    );
    await load.stop();
    assertAccepting(load.statuses);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));

/** Takes every connection a server has to give, and each that becomes free, until it leaves. */
function startCrowd(url: string) {
  const leaving = new AbortController();
  const arrive = async () => {
    const sessions: postgres.Sql[] = [];
    while (!leaving.signal.aborted) {
      const session = postgres(url, { max: 1, onnotice: () => {} });
      sessions.push(session);
      await session`select 1`.catch(() => sleep(5, leaving.signal));
    }
    await Promise.all(sessions.map((session) => session.end({ timeout: 1 })));
  };
  const gone = arrive();
  const leave = () => {
    leaving.abort();
    return gone;
  };
  return { leave, [Symbol.asyncDispose]: leave };
}
