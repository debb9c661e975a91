import { readFile } from "node:fs/promises";
import type { WorkerName } from "./pipeline.ts";
import type { Processes } from "./processes.ts";

/**
 * How often a worker was given partitions so far, by its log. More often than its group changed, if the
 * machine has kept it from its heartbeats for a whole session.
 */
export async function assignmentsOf(
  processes: Processes,
  worker: WorkerName,
): Promise<number> {
  const log = await readFile(processes.logOf(worker), "utf8");
  return log.match(/Assigned partitions/g)?.length ?? 0;
}
