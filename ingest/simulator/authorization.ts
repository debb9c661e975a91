import type { Log } from "#runtime/log.ts";
import type { Clock } from "./clock.ts";
import {
  anyCorruptionMode,
  corrupt,
  type CorruptionMode,
} from "./corruption.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import { type Authorization, buildEvent } from "./event.ts";
import type { SimulatorMetrics } from "./metrics.ts";

export type Order = {
  readonly authorization: Authorization;
  /** When the provider authorised, in milliseconds since the epoch; now if absent. */
  readonly at?: number;
  readonly forceDuplicate?: boolean;
  readonly forceCorruption?: boolean;
};

export type Outcome = {
  readonly eventId: string;
  /** How the event was broken on purpose; `null` if it was not. */
  readonly corruptionMode: CorruptionMode | null;
  readonly primary: Delivery;
  /** The second delivery of the same bytes; `null` if there was none. */
  readonly duplicate: Delivery | null;
};

export type Authorize = (order: Order) => Promise<Outcome>;

/** Authorises a payment: builds its event, breaks or doubles it as asked or by chance, delivers it. */
export function createAuthorize(
  { deliver, rates, clock, random, newId, metrics, log }: {
    deliver: Deliver;
    /** Chances from 0 to 1. */
    rates: { readonly corruption: number; readonly duplicate: number };
    clock: Clock;
    random: () => number;
    newId: () => string;
    metrics: SimulatorMetrics;
    log: Log;
  },
): Authorize {
  return async ({ authorization, at, forceDuplicate, forceCorruption }) => {
    const event = buildEvent(authorization, { at: at ?? clock.now(), newId });
    const corrupted = forceCorruption || random() < rates.corruption;
    const corruptionMode = corrupted ? anyCorruptionMode(random) : null;
    if (corruptionMode !== null) metrics.corrupted(corruptionMode);
    const body = new TextEncoder().encode(JSON.stringify(
      corruptionMode === null ? event : corrupt(event, corruptionMode),
    ));

    const primary = await deliver({ body });
    metrics.authorized(primary.ok);
    if (!primary.ok) {
      log.warning("Webhook of {eventId} not delivered: {reason}", {
        eventId: event.event_id,
        attempts: primary.attempts,
        // What a receiver answers may repeat the payload, so its text stays out of the log.
        reason: primary.status_code === null
          ? primary.message
          : `HTTP ${primary.status_code}`,
      });
    }
    const doubled = primary.ok &&
      (forceDuplicate || random() < rates.duplicate);
    if (doubled) metrics.duplicated();
    const duplicate = doubled ? await deliver({ body }) : null;
    return { eventId: event.event_id, corruptionMode, primary, duplicate };
  };
}
