import type { RejectionCause } from "#contracts/rejected_webhook.ts";

type Form = Extract<RejectionCause, { cause: "timestamp_malformed" }>["form"];
type Unit = Extract<
  RejectionCause,
  { cause: "timestamp_in_another_unit" }
>["unit"];

/** What a timestamp is that is no integer of at most 20 characters. */
export function formOfTimestamp(text: string): Form {
  if (text === "") return "empty";
  if (/^-?\d+(?:, *-?\d+)+$/.test(text)) return "sent_twice";
  if (/^\d{4}-?\d\d-?\d\d(?:[T ]|$)/i.test(text)) return "iso_8601";
  if (/^[a-z]{3,9},? /i.test(text)) return "http_date";
  if (/^-?\d+\.\d+$/.test(text)) return "fraction";
  return /^-?\d+$/.test(text) ? "too_long" : "other";
}

const units: Readonly<Record<Unit, number>> = {
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

const TEN_YEARS_S = 10 * 366 * 24 * 60 * 60;

/** The unit in which a number would be a time not too far from now, if seconds are not. */
export function unitOfTimestamp(
  timestamp: number,
  nowMs: number,
): Unit | undefined {
  return (Object.keys(units) as Unit[]).find((unit) =>
    Math.abs(timestamp / units[unit] - nowMs / 1000) < TEN_YEARS_S
  );
}
