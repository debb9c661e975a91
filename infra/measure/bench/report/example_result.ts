/**
 * A run for tests: every stage, with figures such as a machine of two cores gives.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type BenchResult,
  EVENTFLOW,
  type Goal,
  type Ratio,
  type StageName,
} from "../result.ts";
import { circumstances, ratio } from "../ratios.ts";
import {
  CONNECTIONS,
  EMPTY,
  FULL,
  measurements,
  PACE,
  ROUNDS,
} from "./example_measurements.ts";

const throughput = "requests per second";
const stored = "rows per second";
const HONO = "bare Hono";
const GO = "Go gateway";
const SINK = "Debezium JDBC sink";

export function exampleResult(change: Partial<BenchResult> = {}): BenchResult {
  return {
    command: "deno task bench",
    startedAt: "2026-01-02T03:04:05.678Z",
    seconds: 3_127,
    machine: "2 × processor, 8 GiB, linux x64",
    versions: {
      Deno: "2.9.6",
      Bun: "1.4.5",
      "Apache Kafka": "4.3.1",
      PostgreSQL: "18.4",
      Go: "1.26.0",
    },
    isQuick: false,
    rounds: ROUNDS.length,
    interrupted: false,
    methods: {
      intake:
        "Signed webhooks of 1 kB over keep-alive connections, by a client on the same machine, for 20 s a round after a warm-up; each is answered once Kafka has acknowledged its record.",
      "end-to-end":
        "From the request's first byte until the row is committed, by the clock of one machine, for 30 s at each rate.",
    },
    measurements,
    ratios: [
      compare("intake", throughput, { at: CONNECTIONS, to: GO, target: 0.5 }),
      compare("intake", throughput, { at: CONNECTIONS, to: HONO, target: 0.9 }),
      compare("intake", "latency p99", { at: PACE, to: GO, target: 2 }),
      compare("validator", "records per second", {
        to: "Kafka Streams",
        target: 1,
      }),
      compare("persistence", stored, { at: EMPTY, to: "COPY", target: 0.33 }),
      compare("persistence", stored, { at: EMPTY, to: SINK, target: 1 }),
      compare("persistence", stored, { at: FULL, to: SINK }),
    ],
    goals: [
      goal("start", "time until ready", { at: "second", atMost: 10 }),
      goal("end-to-end", "latency p99", {
        at: "500 events per second",
        atMost: 40,
      }),
    ],
    skipped: [{
      stage: "validator",
      what: "Kafka Streams, exactly once",
      why: "Java is not installed: no program java in PATH",
    }],
    failures: [],
    ...change,
  };
}

/** How EventFlow stands beside `to`; it has been measured. */
function compare(
  stage: StageName,
  figure: string,
  { at, to, target }: { at?: string; to: string; target?: number },
): Ratio {
  const found = ratio({
    measurements,
    stage,
    figure,
    of: EVENTFLOW,
    to,
    ...(at !== undefined && { at }),
    ...(target !== undefined && { target }),
  });
  assert.ok(found, `${stage}, ${figure} of ${to}`);
  return found;
}

function goal(
  stage: StageName,
  figure: string,
  { at, atMost }: { at: string; atMost: number },
): Goal {
  const measured = measurements.find((one) =>
    one.stage === stage && one.figure === figure &&
    one.subject === EVENTFLOW && circumstances(one) === at
  );
  assert.ok(measured, `${stage}, ${figure}, ${at}`);
  const { unit, values } = measured;
  return { stage, figure, subject: EVENTFLOW, at, unit, atMost, values };
}
