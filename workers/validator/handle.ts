import { amountLiteral } from "#contracts/amount_literal.ts";
import { type Parsed, parseEvent } from "#contracts/parse.ts";
import type { PaymentEvent } from "#contracts/events/registry.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Outcome } from "#consumer/handler.ts";
import { refuseMoney } from "./currency_rules.ts";

/**
 * Judges one raw record: on to the validated topic as it is, byte for byte, or refused for good.
 */
export function validate(
  record: ReceivedRecord,
  { validatedTopic }: { validatedTopic: string },
): Outcome {
  const parsed = parseEvent(record.value);
  const rejection = parsed.ok ? refuse(parsed) : parsed.rejection;
  if (rejection !== undefined) return { kind: "dead-letter", rejection };
  const { key, value, headers } = record;
  return {
    kind: "forward",
    records: [{ topic: validatedTopic, key, value, headers }],
  };
}

function refuse({ value, text }: Parsed<PaymentEvent> & { ok: true }) {
  return refuseMoney(value, amountLiteral(text));
}
