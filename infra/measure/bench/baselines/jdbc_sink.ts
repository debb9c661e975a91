/**
 * A baseline of persistence: the Debezium JDBC sink on Kafka Connect standalone, as an expert would run it
 * (`jdbc_sink/`). It stores the same events in the same kind of table, once per `event_id`.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type postgres from "postgres";
import { z } from "zod";
import { log4j } from "#local/kafka/broker.ts";
import { javaProgram } from "#local/kafka/java.ts";
import type { Job } from "#processes/supervisor.ts";
import { classPath, type JavaBaseline } from "./java_baseline.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Kafka Connect with the sink, and a converter for our events. */
export const jdbcSink: JavaBaseline = {
  pom: path("jdbc_sink/pom.xml"),
  source: path("jdbc_sink/PaymentEventConverter.java"),
  name: "the JDBC sink",
  megabytes: 80,
};

/**
 * Makes a table with our columns one for the sink. It does not know where in Kafka a record was, so those
 * columns may be empty, and its rows are some 40 bytes shorter.
 */
export async function acceptSink(
  sql: postgres.Sql,
  table: string,
): Promise<void> {
  await sql`
    alter table ${sql(table)}
      alter source_topic drop not null,
      alter source_partition drop not null,
      alter source_offset drop not null,
      drop constraint if exists events_record_or_adopted`;
}

export type JdbcSinkOptions = {
  /** What `installJavaYardstick` has filled. */
  readonly jars: string;
  /** host:port of brokers, comma-separated. */
  readonly kafka: string;
  readonly topic: string;
  /** postgres://user:password@host:port/database, without parameters. */
  readonly databaseUrl: string;
  /** One that `acceptSink` has prepared. In lower case, as the sink folds it. */
  readonly table: string;
  /** Of the connector and the job. The consumer group is `connect-<name>`. */
  readonly name: string;
  /** For its configuration; made if there is none. */
  readonly folder: string;
  /** Where Connect's REST interface listens on loopback: it cannot be switched off. */
  readonly restPort: number;
  /** Threads with a consumer and a connection each. */
  readonly tasks?: number;
};

/**
 * Writes the configuration of a Connect worker with the sink as its one connector, and returns the job that
 * runs it. It is ready while the connector and every task run, and so not once a task has failed: Connect
 * leaves that one as it is and goes on. Its progress is the position of its group, which is committed once
 * a second.
 */
export async function jdbcSinkJob(options: JdbcSinkOptions): Promise<Job> {
  const { jars, folder, name } = options;
  await mkdir(folder, { recursive: true });
  const worker = join(folder, "worker.properties");
  const connector = join(folder, "connector.properties");
  await writeFile(worker, properties(workerSettings(options)));
  await writeFile(connector, properties(connectorSettings(options)));
  return {
    name,
    command: {
      program: await javaProgram(),
      args: [
        "-Xms256m",
        "-Xmx512m",
        // For throughput: a tenth less processor time per row than with G1, and longer pauses.
        "-XX:+UseParallelGC",
        `-Dlog4j2.configurationFile=${log4j}`,
        "-cp",
        classPath(jars),
        "org.apache.kafka.connect.cli.ConnectStandalone",
        worker,
        connector,
      ],
    },
    isReady: () => isRunning(options),
    startDeadlineMs: 120_000,
  };
}

type Settings = Readonly<Record<string, string | number | boolean>>;

function workerSettings(
  { kafka, folder, restPort }: JdbcSinkOptions,
): Settings {
  return {
    "bootstrap.servers": kafka,
    "listeners": `http://127.0.0.1:${restPort}`,
    "key.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
    "value.converter": "eventflow.PaymentEventConverter",
    // Reads the jars' own lists of plugins instead of every class in them, which takes seconds.
    "plugin.discovery": "service_load",
    "offset.flush.interval.ms": 1_000,
    // Only sources use it, but the worker insists.
    "offset.storage.file.filename": join(folder, "offsets"),
  };
}

function connectorSettings(options: JdbcSinkOptions): Settings {
  const { topic, databaseUrl, table, name, tasks = TASKS } = options;
  const url = new URL(databaseUrl);
  return {
    "name": name,
    "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
    "tasks.max": tasks,
    "topics": topic,
    // The validator writes in transactions.
    "consumer.override.isolation.level": "read_committed",
    // No more at a time, as the sink writes out all that it is given: batches of 1,000 and a rest.
    "consumer.override.max.poll.records": BATCH_SIZE,
    "batch.size": BATCH_SIZE,
    "connection.url": `jdbc:postgresql://${url.host}${url.pathname}`,
    "connection.username": decodeURIComponent(url.username),
    "connection.password": decodeURIComponent(url.password),
    "connection.pool.min_size": 1,
    "collection.name.format": table,
    "schema.evolution": "none",
    // Not insert, which is some 3 % faster: the first duplicate would end its task for good.
    "insert.mode": "upsert",
    "primary.key.mode": "record_value",
    "primary.key.fields": "event_id",
    // PostgreSQL refuses a statement that upserts a row twice, as a batch with a duplicate would.
    "use.reduction.buffer": true,
    // One statement a batch, an array a column: some 5 % less processor time per row than the driver's
    // reWriteBatchedInserts, a third less than neither.
    "dialect.postgres.unnest.insert.enabled": true,
  };
}

/** 2,000 are as fast; 500 take a few percent more processor time, 250 and 5,000 a third more. */
const BATCH_SIZE = 1_000;
/** One for each partition of our topics: each is one thread, and the database another. */
const TASKS = 3;

function properties(settings: Settings): string {
  return Object.entries(settings).map(([key, value]) =>
    `${key}=${String(value).replaceAll("\\", "\\\\")}\n`
  ).join("");
}

const Status = z.object({
  connector: z.object({ state: z.string() }),
  tasks: z.array(z.object({ state: z.string() })),
});

async function isRunning(
  { restPort, name, tasks = TASKS }: JdbcSinkOptions,
): Promise<boolean> {
  const url = `http://127.0.0.1:${restPort}/connectors/${name}/status`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const status = Status.parse(await answer.json());
    return status.tasks.length === tasks &&
      [status.connector, ...status.tasks]
        .every(({ state }) => state === "RUNNING");
  } catch {
    return false;
  }
}
