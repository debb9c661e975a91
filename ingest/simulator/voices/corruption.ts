import type { Moment } from "./life.ts";

/** The ways in which the simulator breaks what a provider says. */
export const voiceCorruptions = [
  "negative_amount",
  /** One that no table of exponents has. */
  "unknown_currency",
  /** It is signed by somebody who has another secret, and is refused. */
  "another_secret",
] as const;
export type VoiceCorruption = (typeof voiceCorruptions)[number];

/** For tests alone, says ISO 4217. */
const NO_CURRENCY = "XTS";

/** The moment as it is broken; what stays the same, such as ids, tells whose it is. */
export function corruptMoment(moment: Moment, mode: VoiceCorruption): Moment {
  const { payment } = moment;
  switch (mode) {
    case "negative_amount":
      return {
        ...moment,
        amount: -moment.amount,
        captured: -moment.captured,
        refunded: -moment.refunded,
        payment: { ...payment, amount: -payment.amount },
      };
    case "unknown_currency":
      return { ...moment, payment: { ...payment, currency: NO_CURRENCY } };
    case "another_secret":
      return moment;
  }
}

/** Settings of an account with every text in them exchanged, so that all keys are another's. */
export function asStranger<A>(account: A): A {
  // What is mapped has the shape that it had.
  return mapped(account) as A;
}

function mapped(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    return key === "environment" ? value : otherText(value);
  }
  if (value instanceof Uint8Array) {
    return Uint8Array.from(value, (byte, n) => n === 0 ? byte ^ 1 : byte);
  }
  if (Array.isArray(value)) return value.map((one) => mapped(one));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      name === "development" ? inner : mapped(inner, name),
    ]),
  );
}

/** Of the same length, and hex if it was. */
function otherText(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith("0") ? "1" : "0"}`;
}
