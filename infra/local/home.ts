import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readConfig, text } from "#runtime/config.ts";

/** The repository's root folder. */
export const repositoryRoot = dirname(
  dirname(dirname(fileURLToPath(import.meta.url))),
);

/** Folder of everything the local stack keeps: what it fetched, data, logs, pid files. */
export type Home = {
  readonly root: string;
  readonly kafkaJars: string;
  readonly kafkaData: string;
  readonly postgresData: string;
  readonly logs: string;
  readonly pids: string;
  /** Names of the parts that a person has stopped. */
  readonly held: string;
};

const version = text("EVENTFLOW_KAFKA_VERSION", {
  fallback: "4.3.1",
  doc: "version of the Kafka that the local stack and the tests run",
});

const homeSettings = {
  kafkaVersion: {
    ...version,
    schema: version.schema.refine(
      (value) => /^\d+\.\d+\.\d+$/.test(value),
      "must be a version of Apache Kafka such as 3.9.2",
    ),
  },
  home: text("EVENTFLOW_HOME", {
    fallback: join(repositoryRoot, ".eventflow"),
    doc: "folder of all files of the local stack",
  }),
};

const settings = () => readConfig("the local stack", homeSettings, process.env);

/**
 * Version of the Kafka that is run, as Maven's coordinates have it.
 *
 * @throws {ConfigError} if what the environment says is none
 */
export function kafkaVersion(): string {
  return settings().kafkaVersion;
}

/**
 * `.eventflow` in the repository, or where `EVENTFLOW_HOME` points.
 *
 * @throws {ConfigError} if it points nowhere
 */
export function stackHome(
  root = resolve(settings().home),
): Home {
  return {
    root,
    kafkaJars: join(root, `kafka-${kafkaVersion()}`),
    kafkaData: join(root, "kafka-data"),
    postgresData: join(root, "postgres-data"),
    logs: join(root, "logs"),
    pids: join(root, "pids"),
    held: join(root, "held"),
  };
}
