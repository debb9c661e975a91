/**
 * A pipeline that a Prometheus watches with the rules of alerts, and every panel's queries put to it.
 *
 * @module
 */
import { join } from "node:path";
import {
  openPipeline,
  type Pipeline,
  type PipelineOptions,
} from "#kit/pipeline.ts";
import type { Processes } from "#kit/processes.ts";
import { SECRET } from "#kit/provider.ts";
import { until } from "#kit/until.ts";
import { freePort } from "#processes/ports.ts";
import { services } from "#local/service_jobs.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import {
  impatientRules,
  PrometheusClient,
  prometheusJob,
  type Watch,
  watchInstead,
} from "../prometheus/prometheus_job.ts";
import type { Answered } from "./faults.ts";
import { filledIn, type PanelQuery } from "./queries.ts";

/** With a scrape each second, what Grafana puts in; its own are as many scrapes long. */
export const variables = {
  __rate_interval: "4s",
  __range: "1m",
  service: ".+",
  group: ".+",
  currency: "EUR",
};

/** As far back as a panel is asked for. */
const SHOWN_SECONDS = 10;

export type WatchedPipeline = AsyncDisposable & {
  readonly pipeline: Pipeline;
  readonly prometheus: PrometheusClient;
  /** What is watched while nothing is taken away. */
  readonly watch: Watch;
  watchInstead(watch: Partial<Watch>): Promise<void>;
  ask(queries: readonly PanelQuery[]): Promise<Answered[]>;
};

/** @param further targets beside the services */
export async function watchPipeline(
  processes: Processes,
  { program, further = {}, ...options }: PipelineOptions & {
    readonly program: string;
    readonly further?: Watch["targets"];
  },
): Promise<WatchedPipeline> {
  const pipeline = await openPipeline(processes, {
    ...options,
    env: {
      EVENTFLOW_WEBHOOK_SIGNING_SECRET: SECRET,
      // Payments flow when it is time for them, and are as they are asked for.
      SIMULATOR_AUTO_STREAM_ENABLED: "false",
      SIMULATOR_CORRUPTION_RATE: "0",
      SIMULATOR_DUPLICATE_RATE: "0",
      EVENTFLOW_OBSERVER_INTERVAL_MS: "200",
      ...options.env,
    },
  });
  const names = services.map(({ name }) => name);
  const folder = join(processes.folder, "prometheus");
  const port = await freePort();
  const prometheus = new PrometheusClient(port);
  const watch: Watch = {
    targets: {
      ...Object.fromEntries(
        names.map((name) => [name, [pipeline.operationsUrl(name)]]),
      ),
      ...further,
    },
    rules: await impatientRules(join(folder, "rules")),
  };
  await processes.start(
    await prometheusJob({ program, folder, port, targets: {} }),
  );
  return {
    pipeline,
    prometheus,
    watch,
    watchInstead: (instead) =>
      watchInstead({ ...watch, ...instead, folder, port }),
    ask: (queries) =>
      Promise.all(queries.map(async (query) => {
        const expr = filledIn(query.expr, variables);
        const found = await (query.isInstant
          ? prometheus.now(expr)
          : prometheus.lately(expr, SHOWN_SECONDS)).catch((error: Error) =>
            error
          );
        return { ...query, found };
      })),
    [Symbol.asyncDispose]: () => pipeline[Symbol.asyncDispose](),
  };
}

/** Groups of the names that rules and boards know, for a broker that nobody else works with. */
export const usualGroups: Readonly<Record<string, string>> = Object
  .fromEntries(
    Object.values(groupSettings).map((
      { env, fallback = "" },
    ) => [env, fallback]),
  );

/** Waits until there are no complaints; else fails with those that are left. */
export async function untilNone(
  what: string,
  complaints: () => Promise<string[]>,
): Promise<void> {
  let left: string[] = [];
  try {
    await until(what, async () => {
      left = await complaints();
      return left.length === 0;
    }, { everyMs: 500 });
  } catch (cause) {
    throw new Error([String(cause), ...left].join("\n"), { cause });
  }
}
