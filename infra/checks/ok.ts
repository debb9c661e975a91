/**
 * `deno task ok`: everything that CI runs, in order of what it costs. A step prints its name, its time
 * and, if it fails, its output. The last line is `N passed, N failed`: tests, and with the failed
 * ones each other step that failed.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { repositoryRoot } from "#local/home.ts";
import { interruption } from "#processes/interruption.ts";
import { type Outcome, runStep, type Step } from "./step.ts";
import { judge } from "./test_counts.ts";

const TESTS = "tests";
/** What exactly-once rests on, and the scenarios that break it. */
const PROVEN_ON_OLDEST = [
  "infra/kafka/kafkajs",
  "exactly_once",
  "kill_nine_of_the_validator",
  "kill_nine_of_persistence",
  "a_paused_validator",
  "three_brokers_lose",
];
/** Deadlines only end what hangs: all takes several times as long on a machine that has other work. */
const HOUR_MS = 60 * 60_000;
/** Not if a whole run has left its own. */
const BENCH_REPORT = join(".eventflow", "bench", "quick", "report.html");

/** What a step is to show of its output although it has passed. */
type Shown = { readonly shown?: RegExp };

const steps: readonly (Step & Shown)[] = [
  // Also brings what only a package's own scripts make, as Bun.
  deno("packages", ["install", "--frozen"]),
  deno("format", ["fmt", "--check"]),
  deno("lint", ["lint"]),
  task("types", "check"),
  task("layers", "layers"),
  task("reference", "reference", "--check"),
  task("contracts", "contracts", "--check"),
  // Needs Prometheus, which not every machine can have; in CI it is a failure if it is missing.
  { ...task("monitoring", "monitoring"), shown: /^(?:Not checked: .*\n)+/m },
  task("dashboards", "dashboards", "--check"),
  task("manifests", "kubernetes", "--check"),
  // Builds its programs with Go, once; in CI it is a failure if they cannot be had.
  {
    ...task("kubernetes", "kubernetes", "--validate"),
    shown: /^(?:Not checked: .*\n)+/m,
  },
  // Fetches CDK, cfn-lint and checkov, and builds tflint with Go, once; in CI it is a failure if they cannot be had.
  { ...task("aws", "aws"), shown: /^(?:Not checked: .*\n)+/m },
  { ...task("workflows", "workflows"), shown: /^(?:Not checked: .*\n)+/m },
  // Fails on a known vulnerability, not if the registry cannot be asked.
  deno("audit", ["audit", "--ignore-registry-errors"]),
  task("readme", "readme"),
  {
    ...task(TESTS, "test"),
    deadlineMs: 4 * HOUR_MS,
    shown: /^Slowest files:\n(?: .*\n)+/m,
  },
  // Fetches a Java and Kafka's jars, which the others have from this machine.
  {
    ...deno("no java", ["run", "--allow-all", "infra/checks/bare_machine.ts"]),
    shown: /^Not checked: .*$/m,
  },
  // The oldest that a service accepts at its start.
  task("kafka 3.9", "test", "--kafka", "3.9.2", ...PROVEN_ON_OLDEST),
  // Memory, refusals and life; figures of latency are printed.
  {
    ...task("attack", "attack", "--quick"),
    shown: /^ATTACK {2}.*\n(?:.+\n)+/m,
  },
  // Its report says what happened; the audit at its end decides.
  task("soak", "soak", "--minutes", "2"),
  {
    // Fails on a gross regression of a ratio, never on an absolute time.
    ...task("bench", "bench", "--quick", ...["--report", BENCH_REPORT]),
    shown: /^RATIOS\n(?: .*\n)+/m,
  },
];

const stopping = interruption();

const outcomes: Outcome[] = [];
for (const step of steps) {
  if (stopping.aborted) break;
  process.stdout.write(`${step.name.padEnd(12)}`);
  const outcome = await runStep(step, stopping);
  outcomes.push(outcome);
  report(outcome, step);
}

const { passed, failed, failedSteps } = judge(outcomes, TESTS);
if (failedSteps.length > 0) console.log(`Failed: ${failedSteps.join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(stopping.aborted ? 130 : failed > 0 ? 1 : 0);

function report({ ok, seconds, output }: Outcome, { shown }: Shown): void {
  const time = `${seconds.toFixed(1).padStart(6)} s`;
  const isUnknown = /^Failed to get data from the registry/m.test(output);
  const remark = isUnknown ? "  not checked: the registry did not answer" : "";
  console.log(`${ok ? "ok    " : "FAILED"}${time}${remark}`);
  const printed = ok ? shown?.exec(output)?.[0] : output;
  if (printed) console.log(printed.trimEnd().replaceAll(/^/gm, "  "));
}

function task(name: string, ...args: readonly string[]): Step {
  return deno(name, ["task", "--quiet", ...args]);
}

function deno(name: string, args: readonly string[]): Step {
  const [program, cwd] = [process.execPath, repositoryRoot];
  return { name, program, args, cwd, deadlineMs: HOUR_MS };
}
