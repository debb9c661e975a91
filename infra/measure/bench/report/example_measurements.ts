/**
 * The figures of the run for tests.
 *
 * @module
 */
import { EVENTFLOW, type Measurement, type StageName } from "../result.ts";

export const CONNECTIONS = "64 connections";
export const PACE = "3,000 requests/s";
export const EMPTY = "into an empty table";
export const FULL = "into 10,000,000 rows";

/** What each round is, of the round in the middle. */
export const ROUNDS = [0.97, 1.04, 1, 0.92, 1.06];

type Circumstances = Pick<Measurement, "at" | "x">;
type Kind = Pick<Measurement, "stage" | "figure" | "unit" | "better">;
type Medians = Readonly<Record<string, number>>;
type Percentiles = Readonly<Record<string, readonly number[]>>;

const requests = kind("intake", "requests per second", "", "more");
const cpu = kind("intake", "CPU per request", "µs");
const validated = kind("validator", "records per second", "", "more");
const analysed = kind("analytics", "records per second", "", "more");
const rows = kind("persistence", "rows per second", "", "more");
const memory = kind("end-to-end", "peak memory", "MB");
const cpuPerMillion = kind("end-to-end", "CPU per million events", "s");
const ready = kind("start", "time until ready", "s");
const scaled = kind("scale", "records per second", "", "more");

export const measurements: readonly Measurement[] = [
  ...by(requests, { at: CONNECTIONS }, {
    [EVENTFLOW]: 6_480,
    "bare Hono": 7_350,
    "Go gateway": 9_920,
  }),
  ...by(cpu, { at: CONNECTIONS }, {
    [EVENTFLOW]: 148,
    "bare Hono": 121,
    "Go gateway": 84.6,
  }),
  ...latency("intake", { at: PACE }, {
    [EVENTFLOW]: [3.1, 8.4, 17.2, 41],
    "bare Hono": [2.7, 7.1, 15.9, 38.4],
    "Go gateway": [1.9, 4.2, 9.6, 22.7],
  }),
  ...by(validated, {}, {
    [EVENTFLOW]: 21_300,
    "Kafka Streams": 17_900,
    "kafka-producer-perf-test": 88_400,
    "kafka-consumer-perf-test": 312_000,
  }),
  ...by(analysed, {}, { [EVENTFLOW]: 64_200, "Kafka Streams": 58_300 }),
  ...by(rows, { at: EMPTY }, {
    [EVENTFLOW]: 14_100,
    COPY: 39_800,
    "Debezium JDBC sink": 8_340,
  }),
  ...by(rows, { at: FULL }, {
    [EVENTFLOW]: 11_800,
    COPY: 28_700,
    "Debezium JDBC sink": 7_020,
  }),
  ...endToEnd(100, { [EVENTFLOW]: [11.8, 19.4, 31, 64.2] }),
  ...endToEnd(500, {
    [EVENTFLOW]: [14.2, 27.5, 48.1, 96],
    "transactions off": [9.1, 16.8, 29.9, 71.3],
  }),
  ...endToEnd(1_000, { [EVENTFLOW]: [22.6, 58.3, 104, 188] }),
  ...endToEnd(2_000, { [EVENTFLOW]: [61, 212, 430, 806] }),
  ...by(memory, { at: "500 events/s" }, {
    intake: 142,
    validator: 118,
    analytics: 104,
    persistence: 133,
  }),
  ...by(cpuPerMillion, { at: "500 events/s" }, {
    intake: 184,
    validator: 121,
    analytics: 63.1,
    persistence: 148,
  }),
  ...by(ready, { at: "first" }, { [EVENTFLOW]: 38.4 }),
  ...by(ready, { at: "second" }, { [EVENTFLOW]: 6.72 }),
  ...along(scaled, "instances", [
    [1, { validator: 21_300, persistence: 14_100 }],
    [2, { validator: 34_700, persistence: 22_900 }],
    [4, { validator: 37_100, persistence: 25_200 }],
  ]),
  ...along(scaled, "records of backlog", [
    [10_000, { [EVENTFLOW]: 12_100 }],
    [100_000, { [EVENTFLOW]: 14_000 }],
    [1_000_000, { [EVENTFLOW]: 13_800 }],
  ]),
  ...along(scaled, "bytes a body", [
    [300, { [EVENTFLOW]: 15_200 }],
    [1_000, { [EVENTFLOW]: 14_100 }],
    [16_000, { [EVENTFLOW]: 6_120 }],
    [64_000, { [EVENTFLOW]: 1_930 }],
  ]),
  ...along(scaled, "distinct payments", [
    [1, { [EVENTFLOW]: 4_020 }],
    [100, { [EVENTFLOW]: 12_700 }],
    [100_000, { [EVENTFLOW]: 14_100 }],
  ]),
];

function kind(
  stage: StageName,
  figure: string,
  unit: string,
  better: Kind["better"] = "less",
): Kind {
  return { stage, figure, unit, better };
}

function by(
  kind: Kind,
  circumstances: Circumstances,
  medians: Medians,
): Measurement[] {
  return Object.entries(medians).map(([subject, median]) => ({
    ...kind,
    ...circumstances,
    subject,
    // Subjects do not have their good rounds together.
    values: ROUNDS.map((_, round) =>
      median * (ROUNDS[(round + subject.charCodeAt(0)) % ROUNDS.length] ?? 1)
    ),
  }));
}

function along(
  kind: Kind,
  name: string,
  points: readonly (readonly [number, Medians])[],
): Measurement[] {
  return points.flatMap(([value, medians]) =>
    by(kind, { x: { name, value } }, medians)
  );
}

function latency(
  stage: StageName,
  circumstances: Circumstances,
  percentiles: Percentiles,
): Measurement[] {
  return Object.entries(percentiles).flatMap(([subject, medians]) =>
    ["p50", "p95", "p99", "p99.9"].flatMap((name, index) =>
      by(kind(stage, `latency ${name}`, "ms"), circumstances, {
        [subject]: medians[index] ?? 0,
      })
    )
  );
}

function endToEnd(value: number, percentiles: Percentiles): Measurement[] {
  return latency("end-to-end", {
    x: { name: "events per second", value },
  }, percentiles);
}
