import { PaymentEnriched } from "./events/payment_enriched.ts";
import { type Parsed, parseValidated, violation } from "./parse.ts";
import { safeParse } from "./usual.ts";

/** Reads bytes as an event with what was worked out about it, or says why they are none. Never throws. */
export function parseEnriched(
  bytes: Uint8Array | null,
): Parsed<PaymentEnriched> {
  const event = parseValidated(bytes);
  if (!event.ok) return event;
  const { success, data, error } = safeParse(PaymentEnriched, event.value);
  return success
    ? { ok: true, value: data, text: event.text }
    : violation("what enrichment writes", error);
}
