import { topics } from "#contracts/topics.ts";
import { SECRET } from "#kit/provider.ts";
import type { Job } from "#processes/supervisor.ts";
import type { Bench } from "./bench.ts";
import type { Broker } from "./broker.ts";
import type { Checkout } from "./checkout.ts";
import type { FreshDatabase } from "#kit/fresh_database.ts";
import { intakeJob, WEBHOOK_PATH } from "./intake.ts";
import { withJobs } from "./jobs.ts";
import type { LoadOptions, LoadResult } from "./load/options.ts";
import { sendLoad } from "./load/send.ts";
import { freshWorker } from "./worker.ts";

const CONNECTIONS = 64;

/** One of each service, from the intake to the table. */
export type Pipeline = {
  readonly checkout: Checkout;
  readonly database: FreshDatabase;
  /** What is run in the place of the validator, under the root of the checkout. */
  readonly validator?: string;
};

export type Load = Pick<
  LoadOptions,
  "run" | "count" | "perSecond" | "warmUp"
>;

/** Runs a pipeline on fresh topics and an emptied table for as long as `work` takes. */
export async function withPipeline(
  bench: Bench,
  broker: Broker,
  pipeline: Pipeline,
  work: (running: {
    /** Process ids by the names of the services. */
    readonly pids: Readonly<Record<string, number>>;
    /** Sends events to the intake. */
    readonly send: (load: Load) => Promise<LoadResult>;
  }) => Promise<void>,
): Promise<void> {
  await pipeline.database.sql`truncate events`;
  const fresh = {
    raw: await broker.freshTopic(topics.raw),
    validated: await broker.freshTopic(topics.validated),
    unmapped: await broker.freshTopic(topics.unmapped),
    deadLetters: await broker.freshTopic(topics.deadLetters),
  };
  const { jobs, port } = await jobsOf(bench, pipeline, fresh);
  await withJobs(bench, jobs, async (pids) => {
    const send = (load: Load) =>
      sendLoad({
        host: "127.0.0.1",
        port,
        path: WEBHOOK_PATH,
        secret: SECRET,
        connections: CONNECTIONS,
        ...load,
      }, bench.stopping);
    await work({ pids, send });
  });
  await broker.admin.deleteTopics(Object.values(fresh));
}

async function jobsOf(
  { ports, env }: Bench,
  { checkout, database, validator }: Pipeline,
  { raw, validated, unmapped, deadLetters }: {
    readonly raw: string;
    readonly validated: string;
    readonly unmapped: string;
    readonly deadLetters: string;
  },
): Promise<{ readonly jobs: Job[]; readonly port: number }> {
  const itsEnv = {
    ...env,
    [topics.raw.env]: raw,
    [topics.validated.env]: validated,
    [topics.unmapped.env]: unmapped,
    [topics.deadLetters.env]: deadLetters,
    EVENTFLOW_DB_URL: database.url,
  };
  const place = { ports, env: itsEnv };
  const of = { checkout, env: {} };
  const intake = await intakeJob(checkout, place);
  const workers = [
    await freshWorker(place, "validator", {
      ...of,
      topic: raw,
      script: validator,
    }),
    await freshWorker(place, "analytics", { ...of, topic: validated }),
    await freshWorker(place, "persistence", { ...of, topic: validated }),
  ];
  return {
    jobs: [intake.job, ...workers.flatMap(({ jobs }) => jobs)],
    port: intake.port,
  };
}
