import * as client from "prom-client";

/** Label names and values of one series, in the order in which they are written. */
type SeriesLabels = Readonly<Record<string, string>>;

/** One series of a histogram, of which nothing has to be looked up to add to it. */
export type HistogramSeries = {
  /**
   * @param times how often the value was observed
   * @throws {TypeError} if the value is no finite number
   */
  observe(value: number, times?: number): void;
};

/**
 * A histogram with the exposition of prom-client's own. That one checks the labels, hashes them and looks the series up for each
 * observation, which takes a worker longer than to find the bucket. Here a series can be kept, and one value observed many times.
 */
export class BucketedHistogram {
  readonly name: string;
  readonly type = "histogram";
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(
    { name, help, labelNames, bounds }: {
      readonly name: string;
      readonly help: string;
      readonly labelNames: readonly string[];
      /** Upper bounds of the buckets, inclusive, from the least to the greatest. */
      readonly bounds: readonly number[];
    },
  ) {
    this.name = name;
    this.#help = help;
    this.#labelNames = labelNames;
    this.#bounds = bounds;
  }

  /** Has a registry expose it. */
  registerIn(registry: client.Registry): void {
    // Its type names the metrics that prom-client brings; what is asked of one is its name, its type and its values.
    registry.registerMetric(this as unknown as client.Histogram);
  }

  /** The series of these labels. It is there from now on, with nothing in it if nobody has observed anything. */
  series(labels: SeriesLabels): HistogramSeries {
    const key = this.#labelNames.map((name) => labels[name]).join("\0");
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const series = new Series(this.#bounds, { ...labels });
    this.#series.set(key, series);
    return series;
  }

  /** What a registry asks for. */
  get() {
    return Promise.resolve({
      name: this.name,
      help: this.#help,
      type: this.type,
      aggregator: "sum",
      values: [...this.#series.values()]
        .flatMap((series) => series.values(this.name)),
    });
  }
}

class Series implements HistogramSeries {
  readonly #bounds: readonly number[];
  readonly #labels: SeriesLabels;
  /** Observations in each bucket and in none before it; the last are those above all bounds. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[], labels: SeriesLabels) {
    this.#bounds = bounds;
    this.#labels = labels;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number, times = 1): void {
    if (!Number.isFinite(value)) {
      throw new TypeError(`Value is not a valid number: ${value}`);
    }
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    // One by one: their product would be rounded to another sum.
    for (let left = times; left > 0; left--) this.#sum += value;
  }

  values(name: string) {
    // Behind those of the bucket, as prom-client writes them.
    const sharedLabels = this.#labels;
    let count = 0;
    const buckets = Array.from(this.#counts, (observed, bucket) => {
      count += observed;
      const le = this.#bounds[bucket] ?? "+Inf";
      const metricName = `${name}_bucket`;
      return { metricName, labels: { le }, sharedLabels, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}
