import type { AppliedElection } from "./elections.ts";
import type { Audit } from "./audit.ts";
import type { MemoryVerdict, Slope } from "./memory.ts";
import type { AppliedFault, Recovery } from "./recovery.ts";
import type { Sample } from "./sample.ts";
import type { BrokerCount, PlannedFault } from "./schedule.ts";

/** The settings of a run: the same ones give the same schedule. */
export type SoakOptions = {
  readonly minutes: number;
  /** Events sent per second. */
  readonly rate: number;
  readonly seed: number;
  /** 1, or 3 that are one cluster, whose leaders move. */
  readonly brokers: BrokerCount;
};

export type ServiceMemory = {
  readonly service: string;
  readonly slope: Slope | undefined;
  /** Of the later half of each life, megabytes per hour. */
  readonly later: number;
  readonly verdict: MemoryVerdict;
};

/** An end of a process that the schedule did not ask for. */
export type UnexpectedEnd = {
  readonly seconds: number;
  readonly name: string;
  readonly how: string;
};

/** What a run has shown; its file beside the report holds exactly this. */
export type SoakResult = SoakOptions & {
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** How long load was sent, in seconds. */
  readonly seconds: number;
  readonly machine: string;
  /** By program. */
  readonly versions: Readonly<Record<string, string>>;
  /** Whether it was stopped before its time. */
  readonly interrupted: boolean;
  readonly schedule: readonly PlannedFault[];
  readonly faults: readonly (AppliedFault & Recovery)[];
  /** How many were planned, and those that were held. */
  readonly plannedElections: number;
  readonly elections: readonly AppliedElection[];
  readonly samples: readonly Sample[];
  /** Answers by status; 0 is none at all. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly events: {
    /** Events accepted, each counted once. */
    readonly accepted: number;
    /** Those of them that are to become a row. */
    readonly good: number;
    readonly rows: number | undefined;
  };
  /** Groups that had not finished their topic at the end. */
  readonly unfinished: readonly string[];
  readonly unexpectedEnds: readonly UnexpectedEnd[];
  readonly memory: readonly ServiceMemory[];
  /** What memory may grow by, in megabytes per hour. */
  readonly memoryBound: number;
  readonly audit: Audit;
  /** Why the run failed, a sentence each; none if it passed. */
  readonly failures: readonly string[];
};
