import { join } from "node:path";
import { freePort } from "#processes/ports.ts";
import type { Job } from "#processes/supervisor.ts";
import { brokerJob } from "./broker.ts";

/** Names of the brokers of a cluster; a node's id is its place, from 1. */
export const clusterNames = ["kafka-1", "kafka-2", "kafka-3"] as const;

export type ClusterJobs = {
  /** To be started together. */
  readonly jobs: readonly Job[];
  /** host:port of each, which stay over restarts. */
  readonly addresses: readonly string[];
};

/**
 * Three brokers on free ports that are one cluster: a topic has three replicas, two of which must have a
 * record before it is acknowledged.
 *
 * @param folder for the data of all of them
 * @throws {StartError} if a data folder cannot be formatted
 */
export async function clusterJobs(
  { jars, folder }: { jars: string; folder: string },
): Promise<ClusterJobs> {
  const nodes = await Promise.all(clusterNames.map(async (name) => ({
    dataFolder: join(folder, name),
    port: await freePort(),
    controllerPort: await freePort(),
  })));
  const controllerPorts = nodes.map(({ controllerPort }) => controllerPort);
  return {
    jobs: await Promise.all(
      nodes.map((node) => brokerJob({ jars, controllerPorts, ...node })),
    ),
    addresses: nodes.map(({ port }) => `127.0.0.1:${port}`),
  };
}
