import { isJsonObject } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import {
  type Counted,
  countFact,
} from "../../../workers/sentinel/detection/count_fact.ts";
import {
  countRefused,
  countUnmapped,
} from "../../../workers/sentinel/detection/count_others.ts";
import type { RecentIds } from "../../../workers/sentinel/counts/recent_ids.ts";

/**
 * What one line of a file adds to the counts: a fact of the validated topic, a refused webhook of `events.rejected.v1`, or a pointer
 * of `events.unmapped.v1`.
 *
 * @returns `undefined` if it is none of them, or says no time
 */
export function countLine(line: string, ids: RecentIds): Counted | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  if ("why" in value && "refusals" in value) return countRefused(value);
  if ("source_topic" in value) return countUnmapped(value);
  const id = value.event_id;
  return countFact(value, typeof id === "string" && ids.add(id));
}

/** When a line says that it was, in milliseconds since the epoch, without reading it whole. */
export function timeOfLine(line: string): number | undefined {
  const [, text] =
    /"(?:timestamp|at|received_at)"\s*:\s*"([^"\\]{10,40})"/.exec(line) ?? [];
  const read = text === undefined ? undefined : readRfc3339(text);
  return read?.ok ? read.ms : undefined;
}
