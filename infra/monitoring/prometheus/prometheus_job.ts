import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { Job } from "#processes/supervisor.ts";
import { yamlFiles } from "../checks.ts";
import { prometheusConfig, prometheusFolder } from "./config.ts";

/** A sample of a series: seconds since the epoch, and the value as Prometheus writes it. */
const Sample = z.tuple([z.number(), z.string()]);

const Answer = z.object({
  data: z.object({
    result: z.array(z.object({
      metric: z.record(z.string(), z.string()),
      value: Sample.optional(),
      values: z.array(Sample).optional(),
    })),
  }),
});

export type Series = {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
};

/** What a Prometheus of a test scrapes and evaluates. */
export type Watch = {
  /** URLs of each job's instances. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Files of rules. */
  readonly rules?: readonly string[];
  /** A label that a job's series are without. */
  readonly without?: { readonly job: string; readonly label: string };
};

/**
 * A Prometheus that scrapes and evaluates every second, and reads its configuration anew when it is asked to.
 *
 * @param program as `prometheusPrograms` found it
 * @param folder for its configuration and data
 */
export async function prometheusJob(
  { program, folder, port, ...watch }: Watch & {
    readonly program: string;
    readonly folder: string;
    readonly port: number;
  },
): Promise<Job> {
  await mkdir(folder, { recursive: true });
  await writeFile(configIn(folder), configOf(watch));
  return {
    name: "prometheus",
    command: {
      program,
      args: [
        `--config.file=${configIn(folder)}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.enable-lifecycle",
        "--log.level=warn",
      ],
    },
    isReady: async () =>
      await fetch(`http://127.0.0.1:${port}/-/ready`).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      ),
  };
}

/**
 * Has a running Prometheus watch something else.
 *
 * @throws {Error} if it does not take the configuration
 */
export async function watchInstead(
  { folder, port, ...watch }: Watch & { folder: string; port: number },
): Promise<void> {
  await writeFile(configIn(folder), configOf(watch));
  const response = await fetch(`http://127.0.0.1:${port}/-/reload`, {
    method: "POST",
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Prometheus does not reload: ${text}`);
}

/**
 * The rules of `rules/`, evaluated every second and firing as soon as it is so: a test looks at what is true at
 * the moment, and not at how long it has been.
 *
 * @returns the files
 */
export async function impatientRules(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = await yamlFiles(join(prometheusFolder, "rules"));
  return await Promise.all(files.map(async (file) => {
    const text = await readFile(file, "utf8");
    const copy = join(folder, basename(file));
    await writeFile(
      copy,
      text.replaceAll(/^ +(?:for|interval): \d+\w\n/gm, ""),
    );
    return copy;
  }));
}

function configIn(folder: string): string {
  return join(folder, "prometheus.yaml");
}

function configOf({ targets, rules = [], without }: Watch): string {
  const config = parse(prometheusConfig({
    jobs: Object.fromEntries(
      Object.entries(targets).map(([name, urls]) => [
        name,
        urls.map((url) => new URL(url).host),
      ]),
    ),
    rules,
    scrape: { interval: "1s", timeout: "1s" },
  }));
  config.global.evaluation_interval = "1s";
  for (const job of config.scrape_configs) {
    if (job.job_name !== without?.job) continue;
    job.metric_relabel_configs = [
      { action: "labeldrop", regex: without?.label },
    ];
  }
  return stringify(config);
}

/** Asks a Prometheus through its HTTP interface. */
export class PrometheusClient {
  readonly #url: string;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** What a query finds at this moment. */
  async now(query: string): Promise<Series[]> {
    return await this.#ask("query", { query });
  }

  /** What a query finds for each second of the last so many. */
  async lately(query: string, seconds: number): Promise<Series[]> {
    const end = Date.now() / 1_000;
    return await this.#ask("query_range", {
      query,
      start: String(end - seconds),
      end: String(end),
      step: "1",
    });
  }

  /** @throws {Error} if Prometheus does not take the query, with what it says */
  async #ask(
    path: string,
    parameters: Record<string, string>,
  ): Promise<Series[]> {
    const response = await fetch(`${this.#url}/api/v1/${path}`, {
      method: "POST",
      body: new URLSearchParams(parameters),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `Prometheus answered ${response.status} to ${parameters.query}: ${text}`,
      );
    }
    const { data } = Answer.parse(JSON.parse(text));
    return data.result.map(({ metric, value, values }) => ({
      labels: metric,
      values: (values ?? (value ? [value] : [])).map(([, one]) =>
        toNumber(one)
      ),
    }));
  }
}

/** Prometheus writes `+Inf`, which `Number` does not read. */
function toNumber(value: string): number {
  return Number(value.replace("Inf", "Infinity"));
}
