import { Argument, Command, InvalidArgumentError } from "commander";
import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { type StageName, stageNames } from "./result.ts";

export type BenchOptions = {
  readonly stages: readonly StageName[];
  readonly quick: boolean;
  readonly rounds: number;
  /** A revision as git understands it, to measure beside. */
  readonly against?: string;
  /** Path of the page. */
  readonly report: string;
  /** Whether later runs are to be compared with this one. */
  readonly record: boolean;
};

/** What is run if no stage is named: `scale` takes as long as all others together. */
const usual = stageNames.filter((stage) => stage !== "scale");
/** What CI has time for. */
const usualQuick: readonly StageName[] = [
  "intake",
  "validator",
  "persistence",
  "end-to-end",
];

export function benchCommand(): Command {
  return new Command("deno task bench")
    .description(
      "Measure each stage of the pipeline alone and the whole of it, against a broker and a database of its own, and beside baselines, in turn. Ends with 0 unless something failed, or a ratio of a quick run is less than half as good as infra/measure/bench/recorded.json has it.",
    )
    .addArgument(
      new Argument(
        "[stage...]",
        `what to measure (without: all but scale; with --quick: ${
          usualQuick.join(", ")
        })`,
      ).choices(stageNames),
    )
    .option("--quick", "little load, to see that everything works", false)
    .option(
      "--rounds <n>",
      "how often everything is measured (default: 3, with --quick 2)",
      wholeNumber,
    )
    .option(
      "--against <git ref>",
      "measure another revision of EventFlow in the same rounds",
    )
    .option(
      "--report <file>",
      "the page; the figures are written beside it as JSON, the charts into charts/",
      join(stackHome().root, "bench", "report.html"),
    )
    .option(
      "--record",
      "write this quick run's ratios into infra/measure/bench/recorded.json",
      false,
    );
}

/** @param args what follows the command's name */
export function parseOptions(
  args: readonly string[],
  command: Command = benchCommand(),
): BenchOptions {
  command.parse(args, { from: "user" });
  const { rounds, ...options } = command.opts<
    & Pick<BenchOptions, "quick" | "against" | "report" | "record">
    & { rounds?: number }
  >();
  if (options.record && !options.quick) {
    command.error(
      "error: --record needs --quick: CI compares its own quick runs with what is recorded.",
    );
  }
  const [named = []] = command.processedArgs as [StageName[]?];
  const all = options.quick ? usualQuick : usual;
  return {
    ...options,
    rounds: rounds ?? (options.quick ? 2 : 3),
    // In their own order, each once.
    stages: named.length === 0
      ? all
      : stageNames.filter((stage) => named.includes(stage)),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("It must be a whole number from 1.");
  }
  return value;
}
