/**
 * A run for tests, as short as one can be.
 *
 * @module
 */
import { planElections } from "./elections.ts";
import type { SoakResult } from "./result.ts";
import type { Sample } from "./sample.ts";
import { planFaults, type Target, targetsOf } from "./schedule.ts";
import { judgeMemory } from "./judge_soak.ts";

const MINUTES = 2;
const RATE = 100;

/** Everything in order: all recovered from, balanced, flat. */
export function exampleResult(change: Partial<SoakResult> = {}): SoakResult {
  const run = {
    minutes: MINUTES,
    rate: RATE,
    seed: 1,
    brokers: change.brokers ?? 1,
  };
  const schedule = planFaults(run);
  const elections = planElections(run);
  const samples = Array.from(
    { length: MINUTES * 60 },
    (_, second) => sampleAt(second, targetsOf(run.brokers)),
  );
  return {
    ...run,
    command: "deno task soak --minutes 2",
    startedAt: "2026-01-02T03:04:05.678Z",
    seconds: MINUTES * 60,
    machine: "2 × processor, 8 GiB, linux x64",
    versions: { Deno: "2.9.6" },
    interrupted: false,
    schedule,
    faults: schedule.map((planned, index) => ({
      ...planned,
      number: index + 1,
      beganSeconds: planned.atSeconds,
      endedSeconds: planned.atSeconds + planned.durationSeconds,
      acceptedSeconds: planned.atSeconds + planned.durationSeconds + 1,
      readySeconds: planned.atSeconds + planned.durationSeconds + 0.5,
      note: "",
      readyAfter: 0.5,
      acceptedAfter: 1,
      lagAfter: 3,
    })),
    plannedElections: elections.length,
    elections: elections.map((planned) => ({
      ...planned,
      beganSeconds: planned.atSeconds,
      movedSeconds: planned.atSeconds + 0.1,
      note: "from kafka-1 to kafka-2",
    })),
    samples,
    statuses: { "0": 2, "202": 12_000, "503": 3 },
    events: { accepted: 11_000, good: 10_600, rows: 10_600 },
    unfinished: [],
    unexpectedEnds: [],
    memory: judgeMemory(samples, MINUTES),
    memoryBound: 20,
    audit: { kind: "told", report: balanced },
    failures: [],
    ...change,
  };
}

const nothingFound = {
  missing: 0,
  doubled: 0,
  conflicting: 0,
  unexplained: 0,
};

const balanced = {
  taken_at: "2026-01-02T03:06:10Z",
  since: null,
  until: null,
  since_retention: false,
  sums: [],
  findings: [],
  unreadable: [],
  desk: {
    service: "dead-letter-desk",
    left: [],
    right: [],
    replays: 0,
    in_flight: 0,
    found: nothingFound,
    state: "balanced" as const,
    remark: null,
    actions: null,
    by_hand: 0,
  },
  found: nothingFound,
  balanced: true,
  records_read: 33_000,
  records_of_history: 0,
  seconds: 1.5,
};

function sampleAt(second: number, targets: readonly Target[]): Sample {
  const group = { ends: [second * RATE], positions: [second * RATE] };
  const isAway = second >= 60 && second < 70;
  return {
    seconds: second,
    accepted: second * RATE,
    rows: isAway ? undefined : second * RATE,
    groups: isAway
      ? undefined
      : { validator: group, analytics: group, persistence: group },
    processes: Object.fromEntries(
      targets.map((
        name,
        index,
      ) => [name, {
        pid: isAway ? 1_000 + index : 100 + index,
        bytes: 1e8 + (second % 7) * 1e5,
      }]),
    ),
  };
}
