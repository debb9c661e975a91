import { isJsonObject } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { exitCodes } from "#runtime/errors.ts";
import type { Path } from "../../../workers/sentinel/detection/segment.ts";
import {
  type Signal,
  signals,
} from "../../../workers/sentinel/detection/signals.ts";

/** Something that was truly wrong. */
export type Incident = {
  readonly kind: string;
  /** Absent: any signal may tell of it. */
  readonly signal?: Signal | undefined;
  /** Names from the provider down. */
  readonly path: Path;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
};

const SINCE = [
  "since",
  "start",
  "from",
  "begin",
  "started_at",
  "start_at",
  "start_time",
];
const UNTIL = ["until", "end", "to", "ended_at", "end_at", "end_time"];

/**
 * Reads true incidents, one JSON object a line: `since` and `until` (or `start` and `end`) in RFC 3339 or milliseconds, and, if they are
 * known, `signal`, `segment` (or `provider` and so on by themselves) and `kind`.
 *
 * @throws {StartError} that names the first line which is none
 */
export function readIncidents(text: string): Incident[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    const incident = incidentIn(line);
    if (incident !== undefined) return [incident];
    throw new StartError(
      `Line ${
        index + 1
      } of the incidents is none: it must be a JSON object with since and until, as times in RFC 3339.`,
      { exitCode: exitCodes.config },
    );
  });
}

function incidentIn(line: string): Incident | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const sinceMs = firstTime(value, SINCE);
  const untilMs = firstTime(value, UNTIL);
  if (sinceMs === undefined || untilMs === undefined) return undefined;
  const segment = isJsonObject(value.segment) ? value.segment : value;
  return {
    kind: typeof value.kind === "string" ? value.kind : "incident",
    signal: signals.find((known) => known === value.signal),
    path: pathIn(segment),
    sinceMs,
    untilMs,
  };
}

/** Down to the first name that is not said. */
function pathIn(segment: Readonly<Record<string, unknown>>): Path {
  const path: string[] = [];
  for (const level of ["provider", "account", "currency", "family"]) {
    const name = segment[level];
    if (typeof name !== "string" || name === "") break;
    path.push(name);
  }
  return path;
}

function firstTime(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): number | undefined {
  for (const name of names) {
    for (const given of [value[name], value[`${name}_ms`]]) {
      if (typeof given === "number" && Number.isFinite(given)) {
        return given < 1e11 ? given * 1000 : given;
      }
      const read = typeof given === "string" ? readRfc3339(given) : undefined;
      if (read?.ok) return read.ms;
    }
  }
  return undefined;
}
