import { join } from "node:path";
import { topics as contracts } from "#contracts/topics.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import {
  anotherServiceJob,
  type ServiceEnvironment,
  workers,
} from "#local/service_jobs.ts";
import type { Bench } from "./bench.ts";
import { freshId } from "./broker.ts";
import type { Job } from "#processes/supervisor.ts";
import type { Checkout } from "./checkout.ts";
import type { Consumer } from "./drain.ts";

/** A validator that writes and then commits, and a subject's name with it: what exactly-once costs. */
export const withoutTransactions = {
  subject: "transactions off",
  script: "infra/measure/bench/validator_without_transactions.ts",
} as const;

/** Where each worker reads from, and how its group is named. */
const inputs = {
  validator: { topic: contracts.raw, group: groupSettings.validatorGroup },
  analytics: {
    topic: contracts.validated,
    group: groupSettings.analyticsGroup,
  },
  persistence: {
    topic: contracts.validated,
    group: groupSettings.persistenceGroup,
  },
  enrichment: {
    topic: contracts.validated,
    group: groupSettings.enrichmentGroup,
  },
};

export type WorkerName = keyof typeof inputs;

/**
 * A worker of a checkout in a group that has read nothing yet.
 *
 * @param options.topic what it reads
 * @param options.env what it is told beside: the topics it writes, its database
 */
export async function freshWorker(
  { ports, env }: Pick<Bench, "ports" | "env">,
  name: WorkerName,
  options: {
    readonly checkout: Checkout;
    readonly topic: string;
    readonly env: ServiceEnvironment;
    readonly instances?: number;
    /** What is run in its place, under the root of the checkout. */
    readonly script?: string;
  },
): Promise<Consumer> {
  const service = workers.find((one) => one.name === name);
  if (service === undefined) throw new Error(`There is no worker ${name}`);
  const { checkout, topic, instances = 1 } = options;
  const group = `${name}-${freshId()}`;
  const input = inputs[name];
  const started = await Promise.all(
    Array.from({ length: instances }, (_, index) =>
      anotherServiceJob(service, {
        as: index === 0 ? name : `${name}-${index + 1}`,
        ports,
        env: {
          ...env,
          [input.topic.env]: topic,
          [input.group.env]: group,
          ...options.env,
        },
        root: checkout.root,
      })),
  );
  const { script } = options;
  const jobs = started.map(({ job }) =>
    script === undefined ? job : inPlaceOf(job, join(checkout.root, script))
  );
  return { jobs, group, topic };
}

function inPlaceOf(job: Job, script: string): Job {
  return { ...job, command: { ...job.command, args: [script] } };
}
