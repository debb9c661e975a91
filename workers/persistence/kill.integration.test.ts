import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sleep } from "#runtime/backoff.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

const until = async (condition: () => Promise<boolean>) => {
  while (!await condition()) await sleep(50);
};

function startPersistence(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [main], {
    env: { ...process.env, EVENTFLOW_LOG_LEVEL: "error", ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

test(
  "killed at any moment and started again, persistence makes of every event one row or one dead letter",
  async () => {
    await using fresh = await persistenceDatabase();
    await using cluster = await testCluster();
    const validated = await cluster.freshTopic(3);
    const deadLetters = await cluster.freshTopic();
    const start = () =>
      startPersistence({
        KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
        EVENTFLOW_VALIDATED_TOPIC: validated,
        EVENTFLOW_DLQ_TOPIC: deadLetters,
        EVENTFLOW_PERSISTENCE_GROUP_ID: `group-of-${validated}`,
        EVENTFLOW_PERSISTENCE_PORT: "0",
        EVENTFLOW_BATCH_MAX_RECORDS: "20",
        EVENTFLOW_DB_HOST: fresh.address.host,
        EVENTFLOW_DB_PORT: String(fresh.address.port),
        EVENTFLOW_DB_USER: fresh.address.user,
        EVENTFLOW_DB_PASSWORD: fresh.address.password,
        EVENTFLOW_DB_NAME: fresh.address.database,
      });

    const events = 3_000;
    const written = Array.from({ length: events }, (_, i) => {
      const eventId = `evt-${i}`;
      const event = { key: eventId, value: paymentJson({ eventId }) };
      if (i % 100 === 1) return [event, event];
      if (i % 100 === 2) {
        return [event, {
          ...event,
          value: paymentJson({ eventId, amount: "1" }),
        }];
      }
      if (i % 100 === 3) return [{ ...event, value: "no event" }];
      return [event];
    }).flat();
    await cluster.write(validated, written);
    const eachHundredth = events / 100;
    const expected = {
      rows: events - eachHundredth,
      conflicting_duplicate: eachHundredth,
      not_json: eachHundredth,
    };

    const rows = async () => {
      const [found] = await fresh.sql`select count(*)::int as rows from events`;
      return Number(found?.rows);
    };
    for (const milestone of [300, 1_500]) {
      const victim = start();
      await until(async () => await rows() >= milestone);
      victim.kill("SIGKILL");
      await once(victim, "exit");
    }

    const survivor = start();
    const letters = async () => {
      const codes = (await cluster.readAll(deadLetters)).map((letter) =>
        String(JSON.parse(String(letter.value)).error_code)
      );
      return Map.groupBy(codes, (code) => code);
    };
    await until(async () =>
      await rows() === expected.rows &&
      (await letters()).values().reduce((n, one) => n + one.length, 0) >=
        2 * eachHundredth
    );
    survivor.kill("SIGTERM");
    const [exitCode] = await once(survivor, "exit");
    const byCode = await letters();
    assert.deepEqual({
      rows: await rows(),
      conflicting_duplicate: byCode.get("conflicting_duplicate")?.length,
      not_json: byCode.get("not_json")?.length,
    }, expected);
    assert.equal(exitCode, 0);
  },
);
