import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram, readyAt } from "#local/service_jobs.ts";
import type { Job } from "#processes/supervisor.ts";

/**
 * A program of this folder in the place of a service, under its name.
 *
 * @param of.main its file; run by Bun
 * @param of.env what the service is told, and what the program is beside
 * @param of.url where it says whether it is ready
 */
export function programInPlaceOf(
  name: string,
  { main, env, url }: {
    readonly main: string;
    readonly env: Readonly<Record<string, string>>;
    readonly url: string;
  },
): Job {
  return {
    name,
    command: {
      program: bunProgram,
      args: [join(repositoryRoot, "infra/testing/kit", main)],
      env: { ...env },
      cwd: repositoryRoot,
    },
    ...readyAt(url),
  };
}
