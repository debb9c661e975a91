/**
 * Metrics through prom-client, with two rules on top: every series of a closed label set exists from
 * the start with value 0 (so that a rate over it is 0 and not absent), and a label value is one of the
 * declared ones.
 *
 * @module
 */
import * as client from "prom-client";
import { readFileSync } from "node:fs";
import process from "node:process";
import { BucketedHistogram, type HistogramSeries } from "./histogram.ts";

/** Label names and their closed sets of values; an empty set is filled as values are met. */
export type Labels = Readonly<Record<string, readonly string[]>>;

type LabelValues<L extends Labels> = {
  [K in keyof L]: L[K] extends readonly [] ? string : L[K][number];
};

type Definition<L extends Labels> = {
  readonly name: string;
  readonly help: string;
  /** The question of a person that it answers. */
  readonly answers: string;
  readonly labels?: L;
};

export type DefinedMetric = Required<Definition<Labels>> & {
  readonly type: "counter" | "gauge" | "histogram";
};

export type Counter<L extends Labels> = {
  add(amount: number, labels: LabelValues<L>): void;
};
export type Gauge<L extends Labels> = {
  set(value: number, labels: LabelValues<L>): void;
  /** Forgets every series, for gauges whose label values come and go. */
  clear(): void;
};
export type Histogram<L extends Labels> = {
  /** @param times how often the value was observed; once, if it is not said */
  observe(value: number, labels: LabelValues<L>, times?: number): void;
  /** One of its series, to be kept by who observes much. */
  series(labels: LabelValues<L>): HistogramSeries;
};

/** Seconds, from 1 ms to 10 minutes: one set of buckets for every duration. */
export const secondsBuckets = [
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
  60,
  300,
  600,
];

/** Milliseconds, for the age of an event by its own timestamp. */
export const ageBucketsMs = [
  1,
  5,
  10,
  25,
  50,
  100,
  250,
  500,
  1_000,
  2_500,
  5_000,
  10_000,
  30_000,
  60_000,
  300_000,
];

/** One service's metrics, apart from any other's in the same process. */
export class Metrics {
  readonly #registry = new client.Registry();
  readonly #defined: DefinedMetric[] = [];

  /** @param version of EventFlow */
  constructor(service: string, version = "development") {
    client.collectDefaultMetrics({ register: this.#registry });
    if (!canReadProc()) replaceMetricsOfProc(this.#registry);
    const runtime = "Deno" in globalThis ? "deno" : "bun";
    const runtimeVersion = process.versions[runtime] ?? process.version;
    this.gauge({
      name: "eventflow_build_info",
      answers: "What runs, in which version and on what?",
      help: "1, labelled with what is running.",
      labels: {
        service: [service],
        runtime: [runtime],
        runtime_version: [runtimeVersion],
        version: [version],
      },
    }).set(1, { service, runtime, runtime_version: runtimeVersion, version });
  }

  counter<const L extends Labels = Record<never, never>>(
    { name, help, answers, labels }: Definition<L>,
  ): Counter<L> {
    this.#define({ type: "counter", name, help, answers, labels });
    const counter = new client.Counter({
      name,
      help,
      labelNames: Object.keys(labels ?? {}),
      registers: [this.#registry],
    });
    for (const series of seriesOf(labels ?? {})) counter.inc(series, 0);
    return { add: (amount, values) => counter.inc(values, amount) };
  }

  gauge<const L extends Labels = Record<never, never>>(
    { name, help, answers, labels }: Definition<L>,
  ): Gauge<L> {
    this.#define({ type: "gauge", name, help, answers, labels });
    const gauge = new client.Gauge({
      name,
      help,
      labelNames: Object.keys(labels ?? {}),
      registers: [this.#registry],
    });
    for (const series of seriesOf(labels ?? {})) gauge.set(series, 0);
    return {
      set: (value, values) => gauge.set(values, value),
      // Its own reset leaves a gauge without labels at a false 0.
      clear: () => labels === undefined ? gauge.remove({}) : gauge.reset(),
    };
  }

  /** A gauge whose value is asked for whenever the metrics are. */
  measured(
    { name, help, answers, measure }: Definition<Record<never, never>> & {
      readonly measure: () => number;
    },
  ): void {
    this.#define({ type: "gauge", name, help, answers });
    new client.Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(measure());
      },
    });
  }

  histogram<const L extends Labels = Record<never, never>>(
    { name, help, answers, labels, buckets = secondsBuckets }:
      & Definition<L>
      & { buckets?: readonly number[] },
  ): Histogram<L> {
    this.#define({ type: "histogram", name, help, answers, labels });
    const histogram = new BucketedHistogram({
      name,
      help,
      labelNames: Object.keys(labels ?? {}),
      bounds: buckets,
    });
    histogram.registerIn(this.#registry);
    for (const values of seriesOf(labels ?? {})) histogram.series(values);
    return {
      observe: (value, values, times) =>
        histogram.series(values).observe(value, times),
      series: (values) => histogram.series(values),
    };
  }

  /** Every metric there is, but for those of the runtime that prom-client adds. */
  get defined(): readonly DefinedMetric[] {
    return this.#defined;
  }

  #define(
    { labels = {}, ...metric }: Omit<DefinedMetric, "labels"> & {
      labels?: Labels | undefined;
    },
  ): void {
    this.#defined.push({ ...metric, labels });
  }

  /**
   * Every series in the Prometheus text format, version 0.0.4.
   *
   * @param labels put on each of them
   */
  render(labels?: Readonly<Record<string, string>>): Promise<string> {
    if (labels === undefined) return this.#registry.metrics();
    const labelled = client.Registry.merge([this.#registry]);
    labelled.setDefaultLabels(labels);
    return labelled.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** Every combination of the closed label sets; none if a set is open. */
function seriesOf(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (series, [name, values]) =>
      series.flatMap((one) =>
        values.map((value) => ({ ...one, [name]: value }))
      ),
    [{}],
  );
}

/** Not under Deno's permissions: `/proc` takes `--allow-all`. */
function canReadProc(): boolean {
  try {
    return process.platform !== "linux" ||
      readFileSync("/proc/self/status").length > 0;
  } catch {
    return false;
  }
}

/** prom-client leaves what it would read in `/proc` at a false 0. */
function replaceMetricsOfProc(registry: client.Registry): void {
  const names = [
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_heap_bytes",
    "process_open_fds",
  ];
  for (const name of names) registry.removeSingleMetric(name);
  new client.Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    registers: [registry],
    collect() {
      this.set(process.memoryUsage().rss);
    },
  });
}
