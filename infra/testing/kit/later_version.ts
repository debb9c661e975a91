import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram, readinessOf } from "#local/service_jobs.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";

/** A type of event that only a later version knows. */
export const LATER_TYPE = "payment.settled.v1";

/** A header that only a later version sets. */
export const LATER_HEADER = "eventflow-of-a-later-version";

/** Starts a validator of a later version in the place of the pipeline's own, which has ended, under its name. */
export async function startNewerValidator(
  processes: Processes,
  pipeline: Pipeline,
): Promise<void> {
  await processes.start({
    name: "validator",
    command: {
      program: bunProgram,
      args: [join(repositoryRoot, "infra/testing/kit/newer_validator.ts")],
      env: { ...pipeline.environment },
      cwd: repositoryRoot,
    },
    isReady: async () => (await readinessOf(pipeline.url("validator"))).ready,
  });
}
