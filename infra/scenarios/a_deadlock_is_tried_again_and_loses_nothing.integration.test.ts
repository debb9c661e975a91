import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransactionSql } from "postgres";
import { rowsStored } from "#kit/outcomes.ts";
import { assertBalanced } from "#kit/audit.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const FIRST = "event-1";
const SECOND = "event-2";

test("a deadlock is tried again, and loses nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      // Beyond the time that PostgreSQL takes to look for the circle.
      env: { EVENTFLOW_DB_STATEMENT_TIMEOUT_MS: "50000" },
    });
    const { cluster, topics, sql } = pipeline;
    await pipeline.start("validator");
    await cluster.write(
      topics.raw,
      [FIRST, SECOND].map((eventId) => eventRecord(eventId, "pay-1")),
    );
    await untilFinished(pipeline);

    // Whoever has waited so long looks for a circle, once: persistence, when the circle is there, and long
    // before the other session.
    await sql.unsafe(
      `alter database ${sql.options.database} set deadlock_timeout = '15s'`,
    );
    await sql`set deadlock_timeout = '10min'`;
    await sql.begin(async (session) => {
      await insertBare(session, SECOND);
      await pipeline.start("persistence");
      await until("persistence waited for the second row", async () => {
        const [row] = await session`
          select count(*) from pg_locks join pg_stat_activity using (pid)
          where not granted and datname = current_database()`;
        return Number(row?.count) === 1;
      });
      await insertBare(session, FIRST);
      throw new GivenUp();
    }).catch((error) => assert.ok(error instanceof GivenUp, error));

    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), 2);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    await until("PostgreSQL had counted a deadlock", async () => {
      const [row] = await sql`
        select deadlocks from pg_stat_database where datname = current_database()`;
      return Number(row?.deadlocks) === 1;
    });
    assert.equal(
      await pipeline.metric(
        "persistence",
        "eventflow_persistence_processing_errors_total",
      ),
      1,
    );
    await assertBalanced(pipeline, [FIRST, SECOND]);
  }));

/** What the other session does with its rows in the end. */
class GivenUp extends Error {}

async function insertBare(
  session: TransactionSql,
  eventId: string,
): Promise<void> {
  await session`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset
    ) values (
      ${eventId}, 'by-hand', 'by-hand', now(), '{}', 'by-hand', 1, 'EUR', 'by-hand', 0, 0
    )`;
}
