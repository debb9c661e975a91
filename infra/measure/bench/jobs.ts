import { StartError } from "#runtime/lifecycle.ts";
import { lastWords } from "#processes/log_tail.ts";
import { type Job, Supervisor } from "#processes/supervisor.ts";
import type { Bench } from "./bench.ts";

/**
 * Runs jobs for as long as `work` takes: started together, `work` is called once each is ready, and they
 * are stopped whatever happens.
 *
 * @param work is told the process ids, by the names of the jobs
 * @throws {StartError} if a job does not start, or ends meanwhile: what is measured then is no longer it
 * @throws the reason of `bench.stopping` as soon as that is aborted, without waiting for `work`
 */
export async function withJobs<T>(
  { home, stopping }: Pick<Bench, "home" | "stopping">,
  jobs: readonly Job[],
  work: (pids: Readonly<Record<string, number>>) => Promise<T>,
): Promise<T> {
  stopping.throwIfAborted();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const supervisor: Supervisor = new Supervisor({
    home,
    say: () => {},
    ended: async (name, how) => {
      const log = supervisor.logOf(name);
      broken.reject(
        new StartError(
          `${name} ended while it was measured (${how}): ${await lastWords(
            log,
          )}`,
        ),
      );
    },
  });
  const stop = () => broken.reject(stopping.reason);
  stopping.addEventListener("abort", stop);
  try {
    const started = async () => {
      await supervisor.start(...jobs);
      return await processIds(supervisor, jobs.map(({ name }) => name));
    };
    const pids = await Promise.race([started(), broken.promise]);
    return await Promise.race([work(pids), broken.promise]);
  } finally {
    stopping.removeEventListener("abort", stop);
    await supervisor.stop();
  }
}

/** The process ids of the broker and the database, to measure them beside what uses them. */
export async function serverProcesses(
  { servers }: Pick<Bench, "servers">,
): Promise<Readonly<Record<"kafka" | "postgres", number>>> {
  return await processIds(servers, ["kafka", "postgres"]);
}

async function processIds<Name extends string>(
  supervisor: Supervisor,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const pids: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const child = await supervisor.child(name);
    if (child === undefined) throw new StartError(`${name} does not run`);
    pids[name] = child.pid;
  }
  return pids as Record<Name, number>;
}
