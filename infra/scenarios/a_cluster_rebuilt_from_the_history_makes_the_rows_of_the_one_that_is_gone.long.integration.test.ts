import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Sql } from "postgres";
import { headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { assertBalanced } from "#kit/audit.ts";
import { rowsOf, said, writeHistory } from "#kit/history.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, startPostgres, whyNoBroker } from "#kit/own_servers.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { runMain } from "#kit/run_main.ts";
import { until } from "#kit/until.ts";
import { type KeptTopic, keptTopics } from "#operations/history/tables.ts";

const main = new URL("../local/history/main.ts", import.meta.url);

test(
  "a cluster rebuilt from the history makes the rows of the one that is gone",
  {
    skip: await whyNoBroker(),
  },
  () =>
    withProcesses(async (processes) => {
      const kafka = await startBroker(processes);
      const postgresUrl = await startPostgres(processes);
      await using gone = await openPipeline(processes, {
        kafka,
        postgres: postgresUrl,
      });
      await using history = await writeHistory(processes, {
        pipeline: gone,
        kafka,
        postgresUrl,
        workers: 1,
      });
      const former = [
        "intake",
        "validator",
        "persistence",
        "enrichment",
        "enriched_writer",
      ] as const;
      await gone.start(...former);
      await using load = startLoad({ intake: gone.url("intake") });
      await until(
        "the history had some hundred events",
        async () => await rowsOf(history, "validated") > 300,
      );
      await load.stop();
      await contradict(gone);
      await untilFinished(gone);
      const before = await recordsOf(gone);
      for (const id of keptTopics) {
        await until(
          `the history had all of ${id}`,
          async () => await rowsOf(history, id) === before[id].length,
        );
      }
      const rows = await rowsIn(gone.sql);
      for (const name of [...former, ...history.workers, "kafka"]) {
        await processes.kill(name);
      }

      await using anew = await openPipeline(processes);
      const { cluster, topics, groups } = anew;
      const env = { ...anew.environment, ...history.environment };
      const rebuild = async (...options: readonly string[]) => {
        const ended = await runMain(main, ["rebuild", ...options], env);
        assert.equal(ended.code, 0, ended.stderr);
        return ended.stdout;
      };
      assert.match(await rebuild(), /^Nothing was changed/m);
      assert.deepEqual(await cluster.readAll(topics.validated), []);
      await processes.start({
        name: "rebuild",
        command: {
          program: process.execPath,
          args: [
            "run",
            "--allow-all",
            "--no-check",
            fileURLToPath(main),
            "rebuild",
            "--apply",
          ],
          env,
        },
        isReady: () => Promise.resolve(true),
      });
      void processes.exited("rebuild");
      await until(
        "some of it was written",
        async () => (await cluster.readAll(topics.validated)).length > 0,
      );
      await processes.kill("rebuild");
      await rebuild("--apply");
      assert.match(await rebuild("--apply"), /: 0 records written, \d+ were/);
      const rebuiltAt = new Date().toISOString();
      const rebuilt = await recordsOf(anew);
      for (const id of keptTopics) {
        assert.deepEqual(contents(rebuilt[id]), contents(before[id]), id);
      }

      await anew.start("persistence", "enriched_writer");
      await untilFinished(anew);
      assert.deepEqual(await rowsIn(anew.sql), rows);
      // What contradicted is told again by whoever made the rows.
      const { deadLetters } = await recordsOf(anew);
      assert.deepEqual(
        deadLetters.map(letterOf).sort(),
        before.deadLetters.map(letterOf).sort(),
      );

      // Into the database that has all of it.
      const group = `${groups.persistence}-again`;
      await anew.startAnother("persistence", "persistence-again", {
        EVENTFLOW_DB_URL: gone.environment.EVENTFLOW_DB_URL ?? "",
        EVENTFLOW_PERSISTENCE_GROUP_ID: group,
      });
      await until(
        "it was worked again",
        async () => await anew.lag(group, topics.validated) === 0,
      );
      assert.deepEqual(await rowsIn(gone.sql), rows);
      await processes.kill("persistence-again");

      // The new cluster goes on: nothing of before is enriched again, and what comes is.
      await anew.start("intake", "validator", "enrichment");
      await using further = startLoad({ intake: anew.url("intake") });
      await until("more was accepted", () => further.accepted.length > 100);
      await further.stop();
      await untilFinished(anew);
      const after = await recordsOf(anew);
      assert.ok(after.validated.length > before.validated.length);
      assert.equal(after.enriched.length, after.validated.length);
      await assertBalanced(
        anew,
        further.accepted.map(({ eventId }) => eventId),
        [`--since=${rebuiltAt}`],
      );
    }),
);

/** Sends an event and what contradicts it, of which persistence makes a dead letter. */
async function contradict(pipeline: Pipeline): Promise<void> {
  for (const amount of ["1.00", "2.00"]) {
    const body = paymentJson({ eventId: "contradicted", amount });
    assert.equal(await send(pipeline.url("intake"), signed(body)), 202);
  }
}

async function recordsOf(
  { cluster, topics }: Pipeline,
): Promise<Record<KeptTopic, ReceivedRecord[]>> {
  return {
    validated: await cluster.readAll(topics.validated),
    enriched: await cluster.readAll(topics.enriched),
    deadLetters: await cluster.readAll(topics.deadLetters),
  };
}

/** Of each partition what its records say, in their order, but for dead letters that are told again. */
function contents(records: readonly ReceivedRecord[]) {
  return Map.groupBy(
    records.filter(({ headers: own }) =>
      headerText(own, headers.failedService) !== services.persistence
    ),
    ({ partition }) => partition,
  ).entries().map(([partition, some]) => [
    partition,
    some.map((record) => ({ ...said(record), timestampMs: 0 })),
  ]).toArray().sort();
}

function letterOf({ key, headers: own }: ReceivedRecord): string {
  const [service, code] = [headers.failedService, headers.errorCode]
    .map((name) => headerText(own, name));
  return `${key} ${service} ${code}`;
}

/** All that tables say, but when it was stored, and of which log. */
async function rowsIn(sql: Sql) {
  return {
    events: await sql`
      select to_jsonb(events) - 'stored_at' - 'source_topic' - 'source_offset' as row
      from events order by event_id`,
    payments: await sql`
      select to_jsonb(payments) - 'applied_at' - 'source_topic' - 'source_offset' as row
      from payments order by payment_id`,
    enriched: await sql`
      select to_jsonb(enriched_events) - 'stored_at' - 'source_topic' - 'source_offset' as row
      from enriched_events order by event_id`,
  };
}
