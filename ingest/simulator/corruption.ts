import type { OwnEvent } from "./event.ts";

/** The ways in which the simulator breaks an event on purpose. Each breaks one field. */
export const corruptionModes = [
  "missing_provider_auth_id",
  "negative_amount",
  "blank_order_id",
  "currency_lowercase",
] as const;
export type CorruptionMode = typeof corruptionModes[number];

/** The event with the one field broken; the event itself is left as it is. */
export function corrupt(event: OwnEvent, mode: CorruptionMode) {
  return { ...event, payload: broken(event.payload, mode) };
}

function broken(
  payload: OwnEvent["payload"],
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

/** Any of the modes that break an event, each as likely as another. */
export function anyCorruptionMode(
  { payload }: OwnEvent,
  random: () => number,
): CorruptionMode {
  const modes = corruptionModes.filter((mode) =>
    mode !== "missing_provider_auth_id" ||
    payload.provider_auth_id !== undefined
  );
  return modes[Math.floor(random() * modes.length)] ?? "negative_amount";
}
