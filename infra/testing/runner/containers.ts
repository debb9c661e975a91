import {
  GenericContainer,
  type StartedTestContainer,
  Wait,
} from "testcontainers";
import { adminUrl } from "#local/postgres/server.ts";
import { preparePostgres } from "#local/postgres/roles.ts";
import { freePort } from "#processes/ports.ts";
import { kafkaVersion } from "#local/home.ts";
import type { TestServices } from "./test_services.ts";

/** Both in containers that testcontainers removes, also if this process is killed. */
export async function startContainers(
  say: (line: string) => void,
): Promise<TestServices> {
  say("Starting Kafka and PostgreSQL in containers …");
  const started: StartedTestContainer[] = [];
  const stop = async () => {
    for (const container of started.reverse()) await container.stop();
  };
  try {
    // A broker must advertise the address it is reached at, so the port is chosen here.
    const port = await freePort();
    started.push(await kafkaContainer(port).start());
    const database = await postgresContainer().start();
    started.push(database);
    const postgres = adminUrl(database.getMappedPort(5432));
    await preparePostgres(postgres);
    return {
      kafka: `127.0.0.1:${port}`,
      postgres,
      how: "containers",
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kafkaContainer(port: number): GenericContainer {
  return new GenericContainer(`apache/kafka:${kafkaVersion()}`)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: "1",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9094`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9094",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(300_000);
}

function postgresContainer(): GenericContainer {
  return new GenericContainer("postgres:18.4")
    .withExposedPorts(5432)
    .withEnvironment({
      POSTGRES_USER: "eventflow",
      POSTGRES_PASSWORD: "eventflow",
      POSTGRES_DB: "eventflow",
    })
    // The first time is the image's own set-up, the second the server itself.
    .withWaitStrategy(
      Wait.forLogMessage(/database system is ready to accept connections/, 2),
    )
    .withStartupTimeout(300_000);
}
