import { InvalidArgumentError } from "commander";
import { readRfc3339 } from "#contracts/rfc3339.ts";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a point in time: RFC 3339 with an offset, or how long ago, such as `90s`, `15m`, `2h`, `7d`.
 *
 * @returns milliseconds since the epoch; `undefined` if it is neither
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (unit === "s" || unit === "m" || unit === "h" || unit === "d") {
    return nowMs - Number(count) * unitMs[unit];
  }
  const read = readRfc3339(text);
  return read.ok ? read.ms : undefined;
}

/** The same, as an option of a command line. */
export function timeOption(nowMs: number): (text: string) => number {
  return (text) => {
    const timeMs = parseTime(text, nowMs);
    if (timeMs !== undefined) return timeMs;
    throw new InvalidArgumentError(
      "It must be a time as in RFC 3339, with an offset, such as 2026-01-31T12:00:00Z, or so long ago, such as 15m or 2h.",
    );
  };
}
