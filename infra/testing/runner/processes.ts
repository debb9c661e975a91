import { brokerJob } from "#local/kafka/broker.ts";
import { installKafka } from "#local/kafka/install.ts";
import { requireJava } from "#local/kafka/java.ts";
import { freePort } from "#processes/ports.ts";
import { adminUrl, postgresJob } from "#local/postgres/server.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import type { TestServices } from "./test_services.ts";

/** It only tells a hang from a start on a machine that has other work. */
const START_DEADLINE_MS = 300_000;

/** Both as child processes on free ports, with fresh data in a temporary folder. */
export async function startProcesses(
  say: (line: string) => void,
): Promise<TestServices> {
  await requireJava(say);
  const { home, remove } = await openTemporaryHome("eventflow-test-");
  await installKafka(home.kafkaJars, say);

  say("Starting Kafka and PostgreSQL …");
  const supervisor = new Supervisor({ home, say: () => {} });
  const stop = async () => {
    await supervisor.stop();
    await remove();
  };
  try {
    const kafkaPort = await freePort();
    const postgresPort = await freePort();
    const jobs = await Promise.all([
      brokerJob({
        jars: home.kafkaJars,
        dataFolder: home.kafkaData,
        port: kafkaPort,
        controllerPort: await freePort(),
      }),
      postgresJob({
        dataFolder: home.postgresData,
        port: postgresPort,
        durable: false,
      }),
    ]);
    await supervisor.start(
      ...jobs.map((job) => ({ ...job, startDeadlineMs: START_DEADLINE_MS })),
    );
    return {
      kafka: `127.0.0.1:${kafkaPort}`,
      postgres: adminUrl(postgresPort),
      how: "processes",
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
