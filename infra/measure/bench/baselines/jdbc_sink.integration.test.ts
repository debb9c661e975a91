import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";
import { stackHome } from "#local/home.ts";
import { freePort } from "#processes/ports.ts";
import { createTableLikeEvents } from "./copy.ts";
import { installJavaBaseline } from "./java_baseline.ts";
import { acceptSink, jdbcSink, jdbcSinkJob } from "./jdbc_sink.ts";

const jars = join(stackHome().root, "bench", "jdbc-sink");
const skip = await installJavaBaseline(
  jdbcSink,
  jars,
  (line) => console.log(line),
);
const currency = "EUR";

test(
  "the JDBC sink stores each event once, to the digit",
  { skip },
  () =>
    withProcesses(async (processes) => {
      await using cluster = await testCluster();
      await using fresh = await persistenceDatabase();
      const { user, password, host, port, database } = fresh.admin;
      const topic = await cluster.freshTopic(3);
      const name = `sink-${randomUUID()}`;
      await createTableLikeEvents(fresh.sql, "sunk");
      await acceptSink(fresh.sql, "sunk");
      const job = await jdbcSinkJob({
        jars,
        kafka: process.env.EVENTFLOW_TEST_KAFKA ?? "",
        topic,
        databaseUrl:
          `postgres://${user}:${password}@${host}:${port}/${database}`,
        table: "sunk",
        name,
        folder: join(processes.folder, name),
        restPort: await freePort(),
      });
      assert.equal(await job.isReady(), false);

      const events = Array.from({ length: 3_000 }, (_, n) => {
        const paymentId = `pay-${n % 50}`;
        const amount = amounts[n % amounts.length] ?? "";
        const payment = {
          eventId: `evt-${n} é😀\n`,
          paymentId,
          amount,
          currency,
          timestamp: AN_HOUR_EAST,
        };
        return { key: paymentId, value: paymentJson(payment) };
      });
      // A duplicate in the same batch, and one in a later.
      await cluster.write(topic, [...events, ...events.slice(-3)]);
      await processes.start(job);
      const isStored = async (offsets: number) => {
        const positions = await cluster.admin.positions(
          `connect-${name}`,
          topic,
        );
        return [...positions.values()].reduce((a, b) => a + b, 0) === offsets;
      };
      await until("the events were stored", () => isStored(3_003));
      await cluster.write(topic, events.slice(0, 1));
      await until("the duplicate was stored", () => isStored(3_004));
      assert.equal(await job.isReady(), true);

      const rows = await fresh.sql`
      select
        event_id, payment_id, amount::text, currency, event_type, source,
        event_timestamp = ${AN_HOUR_EAST} as in_time,
        payload->>'amount' as amount_in_payload, payload->>'order_id' as order_id
      from sunk order by event_id`;
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        events.map(({ value }, n) => {
          const { event_id, event_type, source, payload } = JSON.parse(value);
          const { payment_id, order_id } = payload;
          const amount = kept[n % kept.length];
          return {
            ...{ event_id, payment_id, amount, currency, event_type, source },
            ...{ in_time: true, amount_in_payload: amount, order_id },
          };
        }).sort((a, b) => a.event_id < b.event_id ? -1 : 1),
      );
      const { code } = await processes.stop(name);
      assert.equal(code, 143);
      assert.equal(await job.isReady(), false);
    }),
);

/** With an offset, so that a sink that drops it is found out. */
const AN_HOUR_EAST = "2026-01-02T03:04:05.678+01:00";

const amounts = ["49.90", "0.0001", "1E3", "9007199254740993"];
/** As PostgreSQL writes them. */
const kept = ["49.90", "0.0001", "1000", "9007199254740993"];
