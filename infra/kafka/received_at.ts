import { headers } from "#contracts/headers.ts";
import { headerText } from "./headers.ts";
import type { ReceivedRecord } from "./port.ts";

/**
 * When the intake had received a record. The header is a hint from outside: anything but milliseconds
 * since the epoch, up to the year 5138, counts as absent.
 */
export function receivedAt(
  record: Pick<ReceivedRecord, "headers">,
): Date | undefined {
  const text = headerText(record.headers, headers.receivedAt);
  return text !== undefined && /^\d{1,14}$/.test(text)
    ? new Date(Number(text))
    : undefined;
}
