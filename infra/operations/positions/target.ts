import type { KafkaAdmin } from "#kafka/port.ts";
import { parseTime } from "../times.ts";
import type { GroupStanding } from "./survey.ts";

/** Where to go on, as a person says it. */
export type Target =
  | { readonly kind: "start" | "end" }
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "time"; readonly timeMs: number };

/** @returns undefined if the text says none of it */
export function parseTarget(text: string, nowMs: number): Target | undefined {
  if (text === "start" || text === "end") return { kind: text };
  if (/^\d{1,15}$/.test(text)) return { kind: "offset", offset: Number(text) };
  const timeMs = parseTime(text, nowMs);
  return timeMs === undefined ? undefined : { kind: "time", timeMs };
}

/** The offset that a target is in a partition's log, which may lie outside of it. */
export async function offsetOf(
  target: Target,
  { topic, partition, log }: GroupStanding,
  admin: Pick<KafkaAdmin, "offsetsAt">,
): Promise<number> {
  switch (target.kind) {
    case "start":
      return log.start;
    case "end":
      return log.end;
    case "offset":
      return target.offset;
    case "time": {
      const offsets = await admin.offsetsAt(topic, target.timeMs);
      return offsets.get(partition) ?? log.end;
    }
  }
}
