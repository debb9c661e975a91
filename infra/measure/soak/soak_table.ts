/**
 * What a run says in the terminal.
 *
 * @module
 */
import { printed } from "#operations/audit/print.ts";
import { alignColumns } from "#runtime/columns.ts";
import { hasMoved, type PlannedElection } from "./elections.ts";
import { describeFault } from "./schedule.ts";
import type { AppliedFault } from "./recovery.ts";
import type { SoakResult } from "./result.ts";
import { groupNames, lagOf, type Sample } from "./sample.ts";
import type { PlannedFault } from "./schedule.ts";

const FINDINGS_SHOWN = 20;

/** Minutes and seconds. */
export function timeOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return `${String(minutes).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

export function describeSchedule(
  schedule: readonly PlannedFault[],
  elections: readonly PlannedElection[],
): string {
  const lines = schedule.map((fault, index) =>
    `  ${String(index + 1).padStart(3)}  ${timeOf(fault.atSeconds)}  ${
      describeFault(fault)
    }`
  );
  const moves = elections.length === 0
    ? []
    : [`And ${elections.length} times a leader is to move to another broker.`];
  return [`${schedule.length} faults:`, ...lines, ...moves].join("\n");
}

/** A line about the last ten seconds. */
export function describeMoment(
  samples: readonly Sample[],
  current: readonly AppliedFault[],
): string {
  const last = samples.at(-1);
  const before = samples.at(-11) ?? samples[0];
  if (last === undefined || before === undefined) return "nothing is known yet";
  const seconds = Math.max(1, last.seconds - before.seconds);
  const lag = last.groups &&
    groupNames.map((name) =>
      `${name} ${last.groups ? lagOf(last.groups[name]) : "?"}`
    ).join(", ");
  return [
    `accepted ${((last.accepted - before.accepted) / seconds).toFixed(1)}/s`,
    `rows ${last.rows ?? "?"}`,
    `lag ${lag ?? "?"}`,
    ...current.map((fault) => `under way: ${describeFault(fault)}`),
  ].join(" · ");
}

export function describeResult(result: SoakResult): string {
  const { faults, memory, events, audit, failures } = result;
  const recovery = [
    ["FAULT", "AT", "WHAT", "UP AFTER", "202 AFTER", "LAG 0 AFTER", ""],
    ...faults.map((fault) => [
      String(fault.number),
      timeOf(fault.beganSeconds),
      describeFault(fault),
      inSeconds(fault.readyAfter),
      inSeconds(fault.acceptedAfter),
      inSeconds(fault.lagAfter),
      fault.note,
    ]),
  ];
  const slopes = [
    [
      "MEMORY",
      "MB/HOUR",
      "± STANDARD ERROR",
      "LATER",
      "LIVES",
      "SECONDS",
      "",
    ],
    ...memory.map(({ service, slope, later, verdict }) => [
      service,
      slope?.perHour.toFixed(1) ?? "–",
      slope?.standardError.toFixed(1) ?? "–",
      later.toFixed(1),
      String(slope?.lives ?? 0),
      String(slope?.seconds ?? 0),
      verdict,
    ]),
  ];
  return [
    "",
    alignColumns(recovery),
    "",
    alignColumns(slopes),
    "",
    ...describeElections(result),
    `Events accepted: ${events.accepted}, of them good: ${events.good}; rows: ${
      events.rows ?? "unknown"
    }.`,
    ...result.unexpectedEnds.map(({ seconds, name, how }) =>
      `${name} ended by itself at ${timeOf(seconds)} (${how}).`
    ),
    "",
    describeAudit(audit),
    "",
    ...failures,
    failures.length === 0 ? "PASSED" : "FAILED",
  ].join("\n");
}

/** How often leaders moved, in all and by topic; nothing of a lone broker. */
export function describeElections(
  { plannedElections, elections }: SoakResult,
): string[] {
  if (plannedElections === 0) return [];
  const moved = elections.filter(hasMoved);
  const byTopic = [...Map.groupBy(moved, ({ topic }) => topic)]
    .map(([topic, some]) => `${some.length} of ${topic}`)
    .sort();
  return [
    `Leaders moved: ${moved.length} of ${plannedElections} times (${
      byTopic.join(", ")
    }).`,
  ];
}

export function describeAudit(audit: SoakResult["audit"]): string {
  return audit.kind === "silent" ? audit.why : printed({
    ...audit.report,
    findings: audit.report.findings.slice(0, FINDINGS_SHOWN),
  });
}

export function inSeconds(seconds: number | undefined): string {
  return seconds === undefined ? "never" : `${seconds.toFixed(1)} s`;
}
