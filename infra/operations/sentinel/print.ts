import { alignColumns } from "#runtime/columns.ts";
import { pathText } from "../../../workers/sentinel/detection/segment.ts";
import type { Report } from "./report.ts";

type Told = Report["alarms"][number];
type Truth = NonNullable<Report["truth"]>;

/** A report for a person: each alarm with what shows it, and how that fits what is true, if that is known. */
export function printed(report: Report): string {
  const { alarms, truth } = report;
  return [
    heading(report),
    ...notes(report),
    "",
    alarms.length === 0 ? "No alarms." : alarmTable(alarms),
    ...truth ? ["", truthTable(truth), "", truthText(truth)] : [],
  ].join("\n");
}

function heading(report: Report): string {
  return `${report.events.toLocaleString("en")} events; judged from ${
    time(report.judged_from)
  } to ${
    time(report.judged_until)
  } (${report.weeks} weeks), after ${report.calibrate_days} days that were learnt from. ${report.alarms.length} alarms.`;
}

function notes({ late, unreadable, sorted }: Report): string[] {
  return [
    ...sorted ? ["Events were put in the order of their times first."] : [],
    ...late > 0
      ? [
        `${late} events came after their minute was judged, and are not counted.`,
      ]
      : [],
    ...unreadable > 0 ? [`${unreadable} lines are no events with a time.`] : [],
  ];
}

function alarmTable(alarms: readonly Told[]): string {
  return alignColumns([
    [
      "SIGNAL",
      "SEGMENT",
      "SINCE",
      "RAISED",
      "CLOSED",
      "EXPECTED",
      "OBSERVED",
      "EVIDENCE",
    ],
    ...alarms.map((alarm) => [
      `${alarm.signal} ${alarm.direction}${seriesText(alarm)}`,
      pathText(Object.values(alarm.segment)),
      time(alarm.since),
      time(alarm.raised_at),
      alarm.closed_at === null ? "open" : time(alarm.closed_at),
      alarm.expected.toFixed(1),
      String(alarm.observed),
      `${alarm.evidence.nats.toFixed(1)} nats of ${
        alarm.evidence.threshold.toFixed(1)
      } in ${alarm.evidence.minutes} min`,
    ]),
  ]);
}

function seriesText({ series, signal }: Told): string {
  return series === signal ? "" : ` (${series})`;
}

function truthTable({ by_kind }: Truth): string {
  return alignColumns([
    ["INCIDENTS", "FOUND", "RECALL", "MEDIAN DELAY"],
    ...Object.entries(by_kind).map(([kind, one]) => [
      kind,
      `${one.found} of ${one.incidents}`,
      one.recall === null ? "" : `${Math.round(100 * one.recall)} %`,
      one.median_delay_minutes === null
        ? ""
        : `${one.median_delay_minutes.toFixed(1)} min`,
    ]),
  ]);
}

function truthText(truth: Truth): string {
  return `Found ${truth.found} of ${truth.incidents} incidents; ${truth.false_alarms} false alarms, ${
    truth.false_alarms_per_week.toFixed(2)
  } a week.`;
}

function time(text: string): string {
  return text.replace(/:\d\d\.\d{3}Z$/, "Z").replace("T", " ");
}
