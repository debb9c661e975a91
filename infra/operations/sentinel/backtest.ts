import type { Finding } from "../../../workers/sentinel/detection/alarm.ts";
import type { Counted } from "../../../workers/sentinel/detection/count_fact.ts";
import {
  defaultDetectorSettings,
  DETECTOR_VERSION,
} from "../../../workers/sentinel/detection/detector.ts";
import { MINUTE_MS } from "../../../workers/sentinel/detection/slots.ts";
import type { Incident } from "./incidents.ts";
import type { Report } from "./report.ts";
import { Backtest, GRACE_MS, type Judged } from "./run_backtest.ts";
import { scored } from "./score.ts";
import {
  rounded,
  timeText,
  toldAnomaly,
} from "../../../workers/sentinel/detection/told_anomaly.ts";

const MINUTES_PER_DAY = 1_440;

/** A week is learnt from, if there is time for that: by then each weekday was seen. */
const USUAL_DAYS = 7;
const LARGEST_PART = 1 / 3;
const FEWEST_DAYS = 1;

export type BacktestOptions = {
  /** In the order in which they come. */
  readonly facts: Iterable<Counted> | AsyncIterable<Counted>;
  /** From the first to the last, in days. */
  readonly spanDays: number;
  /** How many days are learnt from before alarms are told; absent: a week, or a third of what there is. */
  readonly calibrateDays?: number | undefined;
  /** That the tests of each signal may raise in a week. */
  readonly falseAlarmsPerWeek?: number | undefined;
  readonly incidents?: readonly Incident[] | undefined;
  readonly sorted: boolean;
  /** How many lines could not be read, once all were. */
  readonly unreadable: () => number;
};

/** Runs the detector over past facts, as it would have been in time. */
export async function backtest(options: BacktestOptions): Promise<Report> {
  const settings = {
    ...defaultDetectorSettings,
    ...options.falseAlarmsPerWeek !== undefined && {
      falseAlarmsPerWeek: options.falseAlarmsPerWeek,
    },
  };
  const run = new Backtest(settings);
  for await (const counted of options.facts) run.add(counted);
  const days = options.calibrateDays ?? usualDays(options.spanDays);
  const judged = run.finish(days);
  const fromMs = judged.from * MINUTE_MS;
  const untilMs = Math.max(judged.to * MINUTE_MS, fromMs);
  const isEmpty = judged.events === 0;
  const opened = judged.findings.flatMap(({ state, alarm }) =>
    state === "opened" ? [alarm] : []
  );
  return {
    events: judged.events,
    unreadable: options.unreadable(),
    late: judged.late,
    sorted: options.sorted,
    judged_from: timeText(isEmpty ? 0 : fromMs),
    judged_until: timeText(isEmpty ? 0 : untilMs),
    weeks: isEmpty
      ? 0
      : rounded((untilMs - fromMs) / (7 * MINUTES_PER_DAY * MINUTE_MS), 3),
    calibrate_days: rounded(days, 3),
    detector: {
      version: DETECTOR_VERSION,
      false_alarms_per_week: settings.falseAlarmsPerWeek,
    },
    alarms: toldAlarms(judged),
    ...options.incidents && {
      truth: scored(opened, options.incidents, { fromMs, untilMs }),
    },
  };
}

function usualDays(spanDays: number): number {
  return Math.max(Math.min(USUAL_DAYS, spanDays * LARGEST_PART), FEWEST_DAYS);
}

/** Each as it was raised, with when it was closed. */
function toldAlarms({ findings }: Judged) {
  const closings = new Map<number, Finding>();
  for (const one of findings) {
    if (one.state === "closed") closings.set(one.alarm.number, one);
  }
  return findings.flatMap((finding) => {
    if (finding.state !== "opened") return [];
    const closing = closings.get(finding.alarm.number);
    const closed = closing && toldAnomaly(closing, GRACE_MS);
    return [{
      ...toldAnomaly(finding, GRACE_MS),
      ...closed && {
        closed_at: closed.closed_at,
        closed_because: closed.closed_because,
      },
    }];
  });
}
