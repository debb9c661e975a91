import type { Home } from "#local/home.ts";
import type { ServiceEnvironment } from "#local/service_jobs.ts";
import type { Ports } from "#local/settings.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import type { Checkout } from "./checkout.ts";
import type {
  BenchResult,
  Goal,
  Measurement,
  Skipped,
  StageName,
} from "./result.ts";
import { circumstances, type Comparison, ratio } from "./ratios.ts";

/** What one stage has to be told, and the broker and database it works with. */
export type Bench = {
  readonly home: Home;
  readonly ports: Ports;
  /** What the services of the stack are told. */
  readonly env: ServiceEnvironment;
  /** host:port of the broker. */
  readonly kafka: string;
  /** Folder of what baselines are built into, each in one of its own: kept from run to run. */
  readonly builds: string;
  /** Runs the broker and the database; a stage runs its processes by `withJobs`. */
  readonly servers: Supervisor;
  readonly rounds: number;
  /** Whether little load is to do, for CI. */
  readonly isQuick: boolean;
  /** EventFlow as it is, and with `--against` another revision of it: all are measured in turn, each round. */
  readonly checkouts: readonly Checkout[];
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
  readonly record: Recorder;
};

export type Stage = {
  readonly name: StageName;
  /** How it is measured, in a sentence or two: the load, what is counted, from when until when. */
  readonly method: string;
  readonly run: (bench: Bench) => Promise<void>;
};

/** What a figure is, without its values. */
export type Figure = Omit<Measurement, "values">;

type Recorded = Pick<
  BenchResult,
  "measurements" | "ratios" | "goals" | "skipped"
>;

/** Takes down what the stages measure. */
export class Recorder {
  readonly #measurements: (Figure & { readonly values: number[] })[] = [];
  readonly #comparisons: Omit<Comparison, "measurements">[] = [];
  readonly #goals: Omit<Goal, "values" | "unit">[] = [];
  readonly #skipped: Skipped[] = [];

  /** A round's value of a figure; call it in each round, in the order of the rounds. */
  add(figure: Figure, value: number): void {
    const same = this.#measurements.find((one) =>
      one.stage === figure.stage && one.figure === figure.figure &&
      one.subject === figure.subject && one.at === figure.at &&
      one.x?.name === figure.x?.name && one.x?.value === figure.x?.value
    );
    if (same === undefined) {
      this.#measurements.push({ ...figure, values: [value] });
    } else same.values.push(value);
  }

  /** Has a ratio told at the end, if both sides were measured. */
  compare(comparison: Omit<Comparison, "measurements">): void {
    this.#comparisons.push(comparison);
  }

  /** Has a figure judged by itself at the end, if it was measured; `at` as `circumstances` words it. */
  aim(goal: Omit<Goal, "values" | "unit">): void {
    this.#goals.push(goal);
  }

  skip(skipped: Skipped): void {
    this.#skipped.push(skipped);
  }

  /** All that was taken down. */
  end(): Recorded {
    const measurements = this.#measurements;
    return {
      measurements,
      ratios: this.#comparisons.flatMap((comparison) =>
        ratio({ ...comparison, measurements }) ?? []
      ),
      goals: this.#goals.flatMap((goal) => {
        const measured = measurements.find((one) =>
          one.stage === goal.stage && one.figure === goal.figure &&
          one.subject === goal.subject &&
          circumstances(one) === goal.at
        );
        return measured === undefined
          ? []
          : [{ ...goal, unit: measured.unit, values: measured.values }];
      }),
      skipped: this.#skipped,
    };
  }
}
