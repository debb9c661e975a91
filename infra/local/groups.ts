/**
 * How many members each worker's group has, as Kafka says: so also those that are at no address known here.
 *
 * @module
 */
import process from "node:process";
import { LOOPBACK } from "#runtime/development.ts";
import { readConfig } from "#runtime/config.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { askLocalBroker } from "./kafka/broker.ts";
import { type StackService, workers } from "./service_jobs.ts";

export type Group = {
  readonly name: string;
  readonly worker: StackService;
  readonly members: number;
};

/** Of each worker's group; none if Kafka does not say. */
export async function groupsOf(kafkaPort: number): Promise<Group[]> {
  const config = readConfig("the local stack", groupSettings, process.env);
  const groups = await askLocalBroker(
    `${LOOPBACK}:${kafkaPort}`,
    (admin) =>
      Promise.all(workers.map(async (worker) => {
        const name = config[`${worker.name}Group`];
        return { name, worker, members: await admin.members(name) };
      })),
  );
  return groups ?? [];
}
