import type { PaymentAuthorized } from "#contracts/events/payment_authorized/payment_authorized.ts";

/** The ways in which the simulator breaks an event on purpose. Each breaks one field. */
export const corruptionModes = [
  "missing_provider_auth_id",
  "negative_amount",
  "blank_order_id",
  "currency_lowercase",
] as const;
export type CorruptionMode = typeof corruptionModes[number];

/** The event with the one field broken; the event itself is left as it is. */
export function corrupt(event: PaymentAuthorized, mode: CorruptionMode) {
  return { ...event, payload: broken(event.payload, mode) };
}

function broken(
  payload: PaymentAuthorized["payload"],
  mode: CorruptionMode,
): Record<string, unknown> {
  switch (mode) {
    case "missing_provider_auth_id": {
      const { provider_auth_id: _, ...rest } = payload;
      return rest;
    }
    case "negative_amount":
      return { ...payload, amount: -payload.amount };
    case "blank_order_id":
      return { ...payload, order_id: "" };
    case "currency_lowercase":
      return { ...payload, currency: payload.currency.toLowerCase() };
  }
}

/** Any of the modes, each as likely as another. */
export function anyCorruptionMode(random: () => number): CorruptionMode {
  const index = Math.floor(random() * corruptionModes.length);
  return corruptionModes[index] ?? corruptionModes[0];
}
