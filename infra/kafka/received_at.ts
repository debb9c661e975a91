import { headers } from "#contracts/headers.ts";
import type { ReceivedRecord } from "./port.ts";

/** Milliseconds have no more digits up to the year 5138. */
const MOST_DIGITS = 14;

/**
 * When the intake had received a record, in milliseconds since the epoch. The header is a hint from outside: anything but those
 * milliseconds, up to the year 5138, counts as absent.
 */
export function receivedAtMs(
  { headers: all }: Pick<ReceivedRecord, "headers">,
): number | undefined {
  const stated = all.find(({ name }) => name === headers.receivedAt);
  return stated && digitsIn(stated.value);
}

/** The same as a date. */
export function receivedAt(
  record: Pick<ReceivedRecord, "headers">,
): Date | undefined {
  const ms = receivedAtMs(record);
  return ms === undefined ? undefined : new Date(ms);
}

/** Read from the bytes: every record of a worker is asked for its age, and a text of it would be thrown away at once. */
function digitsIn(bytes: Uint8Array): number | undefined {
  const { length } = bytes;
  if (length === 0 || length > MOST_DIGITS) return undefined;
  let number = 0;
  for (let at = 0; at < length; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** The digit in ASCII. */
const ZERO = 0x30;
