import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

const inputOf = (offset: number, json: string) =>
  JSON.stringify({
    topic: "events.validated.v1",
    partition: 0,
    offset,
    key_base64: null,
    value_base64: Buffer.from(json).toString("base64"),
    headers: [],
  });

test("persistence judges what it would store, and stores nothing", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, record(1, paymentJson({ eventId: "known" })));
  const { user, password, host, port, database } = fresh.address;
  const child = spawn(bunProgram, [
    join(repositoryRoot, "workers/persistence/main.ts"),
    "--judge",
  ], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      EVENTFLOW_ENVIRONMENT: "development",
      EVENTFLOW_DB_URL:
        `postgres://${user}:${password}@${host}:${port}/${database}?sslmode=disable`,
      // Nobody is there: Kafka is not asked.
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    },
  });
  child.stdin.end([
    inputOf(10, paymentJson({ eventId: "known" })),
    inputOf(11, paymentJson({ eventId: "known", amount: "1" })),
    inputOf(12, paymentJson({ eventId: "new" })),
    inputOf(13, paymentJson({ eventId: "new" })),
    inputOf(14, paymentJson({ eventId: "long", paymentId: "é".repeat(9_000) })),
    inputOf(15, "{}"),
  ].join("\n"));
  const ended = once(child, "exit");
  const output = await text(child.stdout);
  assert.deepEqual((await ended)[0], 0);
  assert.deepEqual(
    output.trim().split("\n").map((line) => {
      const { offset, as, code } = JSON.parse(line);
      return [offset, as ?? code];
    }),
    [
      [10, "duplicate"],
      [11, "conflicting_duplicate"],
      [12, "stored"],
      [13, "duplicate"],
      [14, "stored"],
      [15, "contract_violation"],
    ],
  );
  const rows = await fresh.sql`select event_id from events`;
  assert.deepEqual(rows.map(({ event_id }) => event_id), ["known"]);
});
