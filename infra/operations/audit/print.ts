import { alignColumns } from "#runtime/columns.ts";
import { isNothing } from "./findings.ts";
import {
  type FindingCounts,
  FindingKind,
  type Report,
  type StageReport,
  type Term,
} from "./report.ts";

const figure = (count: number) => count.toLocaleString("en");
const utc = (iso: string) =>
  iso.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");

/** A report for a person: a line a sum, then what was found, then the verdict. */
export function printed(report: Report): string {
  const { findings, found } = report;
  const sums = [...report.sums, report.desk];
  const unnamed = totalOf(found) - findings.length;
  return [
    heading(report),
    "",
    alignColumns(sums.map((stageAudit) => [
      equation(stageAudit),
      stageAudit.service,
      isNothing(stageAudit.found)
        ? stageAudit.state
        : described(stageAudit.found),
      aside(stageAudit),
    ])),
    ...sums.flatMap(({ service, remark }) =>
      remark === null ? [] : [`${service}: ${remark}.`]
    ),
    "",
    ...findings.map(({ sentence }) => sentence),
    ...unnamed > 0 ? [`and ${figure(unnamed)} more.`] : [],
    ...findings.length > 0 ? [""] : [],
    ...report.unreadable,
    ...report.unreadable.length > 0 ? [""] : [],
    verdict(report),
  ].join("\n");
}

function heading(report: Report): string {
  const { taken_at, since, until, since_retention, seconds } = report;
  const { records_read: read, records_of_history: past } = report;
  const from = since === null ? "the first record" : utc(since);
  const because = since_retention ? " (what is older is not kept whole)" : "";
  const to = until === null ? "now" : utc(until);
  return `Audit of ${utc(taken_at)}, from ${from}${because} to ${to}: ${
    figure(read)
  } records read${
    past > 0 ? `, ${figure(past)} of them from the history,` : ""
  } in ${seconds.toFixed(1)} s.`;
}

function equation({ left, right }: StageReport): string {
  return [left, right].filter((side) => side.length > 0)
    .map((side) => side.map(termText).join(" + ")).join(" = ");
}

function termText({ name, count }: Term): string {
  return `${name} ${figure(count)}`;
}

function aside({ replays, in_flight: inFlight }: StageReport): string {
  return [
    ...replays > 0 ? [`replays ${figure(replays)}`] : [],
    ...inFlight > 0 ? [`in flight ${figure(inFlight)}`] : [],
  ].join(", ");
}

function verdict(
  { found, balanced, sums, desk, unreadable }: Report,
): string {
  const unread = unreadable.length === 1
    ? "1 partition cannot be read to its end"
    : `${figure(unreadable.length)} partitions cannot be read to their ends`;
  if (!isNothing(found)) {
    const further = unreadable.length > 0
      ? `; and not proven, as ${unread}`
      : "";
    return `Out of balance: ${described(found)}${further}.`;
  }
  if (!balanced) return `Not proven: ${unread}. What was read is balanced.`;
  const open = [...sums, desk].filter(({ state }) => state === "not checked");
  const limits = open.length > 0 ? ", as far as was checked" : "";
  return `Balanced${limits}: nothing is missing, doubled, conflicting or unexplained.`;
}

function described(found: FindingCounts): string {
  return FindingKind.options
    .flatMap((kind) =>
      found[kind] > 0 ? [`${figure(found[kind])} ${kind}`] : []
    )
    .join(", ");
}

function totalOf(found: FindingCounts): number {
  return FindingKind.options.reduce(
    (stageAudit, kind) => stageAudit + found[kind],
    0,
  );
}
