import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  catalogLogin,
  propertiesFile,
  workerProperties,
} from "#operations/history/connector.ts";
import { LOOPBACK } from "#runtime/development.ts";
import type { Job } from "#processes/supervisor.ts";
import { log4j } from "../kafka/broker.ts";
import { javaProgram } from "../kafka/java.ts";

export type ConnectWorkerOptions = {
  /** Names it among the processes. */
  readonly name: string;
  /** Folder of Kafka's jars, and one whose folders have the plugins. */
  readonly jars: string;
  readonly plugins: string;
  /** Where its configuration is written. */
  readonly folder: string;
  /** host:port of brokers, comma-separated. */
  readonly kafka: string;
  /** Workers of the same group share the work. */
  readonly group: string;
  readonly port: number;
  /** postgres:// URL of the catalog's database, with the login. */
  readonly catalog: string;
};

/** The job that runs a worker of Kafka Connect, on loopback alone. */
export async function connectWorkerJob(
  { name, jars, plugins, folder, kafka, group, port, catalog }:
    ConnectWorkerOptions,
): Promise<Job> {
  const { username, password } = new URL(catalog);
  const file = join(folder, `${name}.properties`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    propertiesFile(workerProperties({
      bootstrapServers: kafka,
      group,
      plugins,
      host: LOOPBACK,
      port,
    })),
  );
  return {
    name,
    command: {
      program: await javaProgram(),
      args: [
        ...["-Xms256m", "-Xmx1g"],
        `-Dlog4j2.configurationFile=${log4j}`,
        ...["-cp", join(jars, "*")],
        "org.apache.kafka.connect.cli.ConnectDistributed",
        file,
      ],
      env: {
        [catalogLogin.user]: decodeURIComponent(username),
        [catalogLogin.password]: decodeURIComponent(password),
      },
    },
    isReady: () =>
      fetch(`http://${LOOPBACK}:${port}/connectors`)
        .then(async (answer) => {
          await answer.body?.cancel();
          return answer.ok;
        }, () => false),
  };
}
