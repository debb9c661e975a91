import type {
  Alarm,
  Finding,
} from "../../../workers/sentinel/detection/alarm.ts";
import {
  covers,
  segmentOf,
} from "../../../workers/sentinel/detection/segment.ts";
import { seriesSpecs } from "../../../workers/sentinel/detection/signals.ts";
import { MINUTE_MS } from "../../../workers/sentinel/detection/slots.ts";
import type { Incident } from "./incidents.ts";
import type { Report } from "./report.ts";
import { GRACE_MS } from "./run_backtest.ts";
import {
  rounded,
  timeText,
  toldAnomaly,
} from "../../../workers/sentinel/detection/told_anomaly.ts";

type Truth = NonNullable<Report["truth"]>;

/** An alarm that is raised so long after an incident's end may still be of it. */
const AFTER_MS = 15 * MINUTE_MS;

/** Alarms within so long of an incident are none for nothing, and those within so long of one another are one. */
const NEAR_MS = 60 * MINUTE_MS;

/**
 * How well alarms fit what truly was wrong. An incident is found by the first alarm in its time whose segment is its own, or lies
 * above or below that, and whose signal is its own if the incident names one.
 *
 * @param judged milliseconds since the epoch; incidents that begin before it are left out
 */
export function scored(
  alarms: readonly Alarm[],
  incidents: readonly Incident[],
  judged: { readonly fromMs: number; readonly untilMs: number },
): Truth {
  const inTime = incidents.filter(({ sinceMs }) =>
    sinceMs >= judged.fromMs && sinceMs < judged.untilMs
  );
  const found = inTime.map((incident) => {
    const alarm = alarms.find((one) => finds(one, incident));
    const delayMs = alarm && raisedMs(alarm) - incident.sinceMs;
    return {
      kind: incident.kind,
      segment: { ...segmentOf(incident.path) } as Record<string, string>,
      since: timeText(incident.sinceMs),
      until: timeText(incident.untilMs),
      delay_minutes: delayMs === undefined
        ? null
        : rounded(Math.max(0, delayMs) / MINUTE_MS, 2),
      alarm: alarm ? idOf(alarm) : null,
    };
  });
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const falseAlarms = withoutIncident(alarms, incidents);
  const weeks = (judged.untilMs - judged.fromMs) / (7 * 1440 * MINUTE_MS);
  return {
    ...scoreOf(found),
    false_alarms: falseAlarms,
    false_alarms_per_week: weeks > 0 ? rounded(falseAlarms / weeks, 3) : 0,
    by_kind: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        scoreOf(found.filter((one) => one.kind === kind)),
      ]),
    ),
    incidents_found: found,
  };
}

function finds(alarm: Alarm, incident: Incident): boolean {
  const atMs = raisedMs(alarm);
  const isThen = atMs >= incident.sinceMs &&
    atMs <= incident.untilMs + AFTER_MS;
  const signal = seriesSpecs.find(({ id }) => id === alarm.series)?.signal;
  const isIt = incident.signal === undefined || incident.signal === signal;
  return isThen && isIt &&
    (covers(alarm.path, incident.path) || covers(incident.path, alarm.path));
}

function idOf(alarm: Alarm): string {
  const opened: Finding = { state: "opened", alarm };
  return toldAnomaly(opened, GRACE_MS).anomaly_id;
}

function raisedMs({ raised }: Alarm): number {
  return (raised + 1) * MINUTE_MS + GRACE_MS;
}

function withoutIncident(
  alarms: readonly Alarm[],
  incidents: readonly Incident[],
): number {
  let [count, lastMs] = [0, -Infinity];
  for (const alarm of alarms) {
    const atMs = raisedMs(alarm);
    const isNear = incidents.some(({ sinceMs, untilMs }) =>
      atMs >= sinceMs - MINUTE_MS && atMs <= untilMs + NEAR_MS
    );
    if (isNear) continue;
    if (atMs - lastMs > NEAR_MS) count++;
    lastMs = atMs;
  }
  return count;
}

function scoreOf(found: readonly { delay_minutes: number | null }[]) {
  const delays = found.flatMap(({ delay_minutes }) => delay_minutes ?? [])
    .sort((a, b) => a - b);
  return {
    incidents: found.length,
    found: delays.length,
    recall: found.length === 0
      ? null
      : rounded(delays.length / found.length, 4),
    median_delay_minutes: delays[Math.floor((delays.length - 1) / 2)] ?? null,
  };
}
