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
};

const homeSettings = {
  home: text("EVENTFLOW_HOME", {
    fallback: join(repositoryRoot, ".eventflow"),
    doc: "folder of all files of the local stack",
  }),
};

/**
 * `.eventflow` in the repository, or where `EVENTFLOW_HOME` points.
 *
 * @throws {ConfigError} where it points nowhere
 */
export function stackHome(
  root = resolve(
    readConfig("the local stack", homeSettings, process.env).home,
  ),
): Home {
  return {
    root,
    kafkaJars: join(root, "kafka-4.3.1"),
    kafkaData: join(root, "kafka-data"),
    postgresData: join(root, "postgres-data"),
    logs: join(root, "logs"),
    pids: join(root, "pids"),
  };
}
