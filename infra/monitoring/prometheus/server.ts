import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Job } from "../../stack/supervisor.ts";
import { prometheusConfig } from "./config.ts";

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

/**
 * A Prometheus that scrapes every second.
 *
 * @param program as `prometheusPrograms` found it
 * @param folder for its configuration and data
 * @param targets URLs of each job's instances
 */
export async function prometheusJob(
  { program, folder, port, targets }: {
    readonly program: string;
    readonly folder: string;
    readonly port: number;
    readonly targets: Readonly<Record<string, readonly string[]>>;
  },
): Promise<Job> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, "prometheus.yaml");
  await writeFile(
    config,
    prometheusConfig({
      jobs: Object.fromEntries(
        Object.entries(targets).map(([name, urls]) => [
          name,
          urls.map((url) => new URL(url).host),
        ]),
      ),
      rules: [],
      scrape: { interval: "1s", timeout: "1s" },
    }),
  );
  return {
    name: "prometheus",
    command: {
      program,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
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

  /** @throws {Error} where Prometheus does not take the query, with what it says */
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
