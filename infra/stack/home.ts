import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

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

/** `.eventflow` in the repository, or where `EVENTFLOW_HOME` points. */
export function stackHome(
  root = resolve(
    process.env.EVENTFLOW_HOME || join(repositoryRoot, ".eventflow"),
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
