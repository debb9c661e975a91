import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sleep } from "#runtime/backoff.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("with the earlier persistence's own configuration it starts, stores and is scraped where it was", async () => {
  await using fresh = await persistenceDatabase();
  await using cluster = await testCluster();
  const validated = await cluster.freshTopic(3);
  const { host, port: dbPort, database, user, password } = fresh.address;
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      EVENTFLOW_LOG_LEVEL: "error",
      KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
      KAFKA_GROUP_ID: `java-${validated}`,
      EVENTFLOW_VALIDATED_TOPIC: validated,
      EVENTFLOW_DLQ_TOPIC: await cluster.freshTopic(),
      EVENTFLOW_DB_URL: `jdbc:postgresql://${host}:${dbPort}/${database}`,
      EVENTFLOW_DB_DRIVER: "org.postgresql.Driver",
      EVENTFLOW_DB_USERNAME: user,
      EVENTFLOW_DB_PASSWORD: password,
      PERSISTENCE_HTTP_PORT: String(port),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exited = once(child, "exit");
  try {
    await cluster.write(validated, [{ key: "pay-1", value: paymentJson() }]);
    const actuator = async (page: string) => {
      try {
        const response = await fetch(
          `http://127.0.0.1:${port}/actuator/${page}`,
        );
        return { status: response.status, text: await response.text() };
      } catch {
        return { status: 0, text: "" };
      }
    };
    const series =
      /^eventflow_persistence_stored_total\{application="persistent-consumer-java"\} 1$/m;
    while (!series.test((await actuator("prometheus")).text)) {
      assert.equal(child.exitCode, null, "it has ended");
      await sleep(100);
    }
    assert.equal((await actuator("health")).status, 200);
    const [found] = await fresh.sql`select count(*)::int as rows from events`;
    assert.equal(found?.rows, 1);
    const positions = await cluster.admin.positions(
      `java-${validated}`,
      validated,
    );
    assert.equal(positions.size, 1);
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
  assert.equal(child.exitCode, 0);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}
