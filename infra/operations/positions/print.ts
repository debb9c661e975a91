import type { OffsetRange } from "#kafka/port.ts";
import { alignColumns } from "#runtime/columns.ts";
import type { Effect } from "./effect.ts";
import type { GroupStanding } from "./survey.ts";

/** A table of where groups are, and below it what is wrong. */
export function printedStandings(standings: readonly GroupStanding[]): string {
  const rows = standings.map((standing) => [
    standing.group,
    `${standing.topic}/${standing.partition}`,
    standing.committed === undefined
      ? "none"
      : String(standing.committed.nextOffset),
    String(standing.log.start),
    String(standing.log.end),
    stateOf(standing),
  ]);
  const table = alignColumns([
    ["group", "partition", "position", "log start", "log end", ""],
    ...rows,
  ]);
  const flaws = standings.filter(({ flaw }) => flaw !== undefined)
    .map(({ group, topic, partition, committed, flaw }) =>
      `The position ${committed?.nextOffset} of ${group} in partition ${partition} of ${topic} ${flaw}.`
    );
  return [table, ...flaws].join("\n");
}

function stateOf({ committed, log, flaw, doubt }: GroupStanding): string {
  if (flaw !== undefined) return "IMPOSSIBLE";
  if (doubt !== undefined) return `not known: ${doubt}`;
  if (committed === undefined) return "begins at the start";
  return `${log.end - committed.nextOffset} behind`;
}

/** What a decision does, one sentence a line. */
export function printedEffect(
  { group, topic, partition }: GroupStanding,
  { from, to, removed, passedOver, repeated, isCertain }: Effect,
  count: (range: OffsetRange) => string,
): string {
  const lines = [
    `${group} goes on at offset ${to} of partition ${partition} of ${topic}; it is at ${
      from ?? "none"
    }.`,
  ];
  if (removed !== undefined) {
    lines.push(
      `  lost:        ${spanOf(removed)} were removed before they were read`,
    );
  }
  const doubt = isCertain ? "" : ", unless the group has worked on them before";
  if (passedOver !== undefined) {
    lines.push(
      `  passed over: ${spanOf(passedOver)}, ${count(passedOver)}${doubt}`,
    );
  }
  if (repeated !== undefined) {
    const again = isCertain
      ? ""
      : ", where the group has worked on them before";
    lines.push(
      `  repeated:    ${spanOf(repeated)}, ${count(repeated)}${again}`,
    );
  }
  if (lines.length === 1) lines.push("  nothing is passed over or repeated");
  return lines.join("\n");
}

function spanOf({ from, to }: OffsetRange): string {
  return `offsets ${from} to ${to - 1}`;
}
