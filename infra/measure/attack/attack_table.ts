import { alignColumns } from "#runtime/columns.ts";
import { describeCounts, latencyOf } from "./answers.ts";
import {
  attackedOf,
  type Observation,
  quietOf,
  ratioOf,
  refusedOf,
} from "./observation.ts";
import { inMegabytes } from "#local/downloads/progress.ts";

export type Result = {
  readonly name: string;
  /** What an attacker did. */
  readonly what: string;
  readonly seen: Observation;
  readonly faults: readonly string[];
};

/** A line for whoever watches. */
export function describeOne({ name, what, seen, faults }: Result): string {
  const answers = describeCounts(Object.entries(seen.result?.answers ?? {}));
  return [
    `${faults.length === 0 ? "stood " : "FAILED"} ${name}`,
    `An attacker ${what}${answers && `: answered ${answers}`}.`,
    ...faults.map((fault) => `But ${fault}.`),
  ].join("\n         ");
}

export function describeAll(results: readonly Result[]): string {
  const head = [
    "ATTACK",
    "CONNECTIONS",
    "SENT",
    "SECONDS",
    "QUIET p50",
    "p99",
    "ATTACKED p50",
    "p99",
    "RATIO",
    "REFUSED",
    "MEMORY",
    "AFTER",
    "",
  ];
  return alignColumns([head, ...results.map(row)]);
}

function row({ name, seen, faults }: Result): string[] {
  const quiet = latencyOf(quietOf(seen));
  const attacked = latencyOf(attackedOf(seen));
  const { result } = seen;
  return [
    name,
    result ? String(result.connections) : "ended",
    result ? inMegabytes(result.bytes) : "early",
    result ? result.seconds.toFixed(1) : "",
    ms(quiet.p50),
    ms(quiet.p99),
    ms(attacked.p50),
    ms(attacked.p99),
    describeRatio(seen),
    String(refusedOf(seen).length),
    inMegabytes(seen.peakBytes),
    seen.isAlive ? inMegabytes(seen.afterBytes) : "dead",
    faults.length === 0 ? "stood" : "FAILED",
  ];
}

function describeRatio(seen: Observation): string {
  const ratio = ratioOf(seen);
  return seen.kafkaHangs || Number.isNaN(ratio) ? "" : `${ratio.toFixed(1)} ×`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
