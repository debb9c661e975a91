import type { Clock } from "./clock.ts";
import { type Authorization, buildEvent } from "./event.ts";
import type { SimulatorMetrics } from "./metrics.ts";
import type { Outcome, SendEvent, Sending } from "./send_event.ts";

export type { Outcome };

export type Order = Sending & {
  readonly authorization: Authorization;
  /** When the provider authorised, in milliseconds since the epoch; now if absent. */
  readonly at?: number;
};

export type Authorize = (order: Order) => Promise<Outcome>;

/** Authorises a payment: builds its event and sends it. */
export function createAuthorize(
  { send, clock, newId, metrics }: {
    send: SendEvent;
    clock: Clock;
    newId: () => string;
    metrics: SimulatorMetrics;
  },
): Authorize {
  return async ({ authorization, at, ...sending }) => {
    const event = buildEvent(authorization, { at: at ?? clock.now(), newId });
    const outcome = await send(event, sending);
    metrics.authorized(outcome.primary.ok);
    return outcome;
  };
}
