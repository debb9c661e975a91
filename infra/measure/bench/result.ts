/** A stage of the benchmark: one part of the pipeline, measured alone, or the way through all of it. */
export const stageNames = [
  "intake",
  "validator",
  "analytics",
  "persistence",
  "enrichment",
  "end-to-end",
  "start",
  "scale",
] as const;

export type StageName = (typeof stageNames)[number];

/** EventFlow itself, among those it is measured beside. */
export const EVENTFLOW = "EventFlow";

/** One figure of one subject, once a round. */
export type Measurement = {
  readonly stage: StageName;
  /** What is measured, as "records per second". */
  readonly figure: string;
  /** As it is written behind a number; empty for a count. */
  readonly unit: string;
  readonly better: "more" | "less";
  /** Who is measured: `EVENTFLOW`, a baseline, or a process of EventFlow's. */
  readonly subject: string;
  /** Under which circumstances, if there are several: "500 events/s", "into 10,000,000 rows". */
  readonly at?: string;
  /** If the circumstances are a number, that number and what it counts: the x axis of a chart. */
  readonly x?: { readonly name: string; readonly value: number };
  /** One a round, in the order of the rounds. */
  readonly values: readonly number[];
};

/**
 * How EventFlow stands beside another, round by round: values of a round were measured one right after
 * the other, so that a machine which is slow for a while is slow for both.
 */
export type Ratio = {
  readonly stage: StageName;
  readonly figure: string;
  readonly at?: string;
  readonly of: string;
  readonly to: string;
  readonly better: "more" | "less";
  /** One a round: a value of `of` divided by that of `to`. */
  readonly values: readonly number[];
  /** What the median is to reach: at least if more is better, at most if less is. */
  readonly target?: number;
};

/** A figure that has a target of its own, not one beside a baseline. */
export type Goal = {
  readonly stage: StageName;
  readonly figure: string;
  readonly subject: string;
  readonly at?: string;
  readonly unit: string;
  /** At most. */
  readonly atMost: number;
  readonly values: readonly number[];
};

/** What was not measured, and why. */
export type Skipped = {
  readonly stage: StageName;
  readonly what: string;
  readonly why: string;
};

/** What a run has shown; the file beside the report holds exactly this. */
export type BenchResult = {
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: string;
  /** By program. */
  readonly versions: Readonly<Record<string, string>>;
  readonly isQuick: boolean;
  readonly rounds: number;
  readonly interrupted: boolean;
  /** How a stage was measured, in a sentence or two: the load, what is counted, from when until when. */
  readonly methods?: Readonly<Partial<Record<StageName, string>>>;
  readonly measurements: readonly Measurement[];
  readonly ratios: readonly Ratio[];
  readonly goals: readonly Goal[];
  readonly skipped: readonly Skipped[];
  /** What makes a run fail, a sentence each: gross regressions of ratios. */
  readonly failures: readonly string[];
};
