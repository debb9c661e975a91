import type { Log } from "#runtime/log.ts";
import {
  anyCorruptionMode,
  corrupt,
  type CorruptionMode,
} from "./corruption.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import type { OwnEvent } from "./event.ts";
import type { SimulatorMetrics } from "./metrics.ts";

/** How an event is sent, if not by chance alone. */
export type Sending = {
  readonly forceDuplicate?: boolean | undefined;
  readonly forceCorruption?: boolean | undefined;
  /** How often it is sent in all, amid an incident; once if absent. */
  readonly copies?: number | undefined;
};

export type Outcome = {
  readonly eventId: string;
  /** How the event was broken on purpose; `null` if it was not. */
  readonly corruptionMode: CorruptionMode | null;
  readonly primary: Delivery;
  /** The second delivery of the same bytes; `null` if there was none. */
  readonly duplicate: Delivery | null;
};

export type SendEvent = (
  event: OwnEvent,
  sending?: Sending,
) => Promise<Outcome>;

/** Sends an event of the provider that has no accounts: breaks or doubles it as asked or by chance, and delivers it. */
export function createSendEvent(
  { deliver, rates, random, metrics, log }: {
    deliver: Deliver;
    /** Chances from 0 to 1. */
    rates: { readonly corruption: number; readonly duplicate: number };
    random: () => number;
    metrics: SimulatorMetrics;
    log: Log;
  },
): SendEvent {
  return async (
    event,
    { forceDuplicate, forceCorruption, copies = 1 } = {},
  ) => {
    const corrupted = forceCorruption || random() < rates.corruption;
    const corruptionMode = corrupted ? anyCorruptionMode(event, random) : null;
    if (corruptionMode !== null) metrics.corrupted(corruptionMode);
    const body = new TextEncoder().encode(JSON.stringify(
      corruptionMode === null ? event : corrupt(event, corruptionMode),
    ));

    const primary = await deliver({ body });
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
    for (let copy = 1; primary.ok && copy < copies; copy++) {
      await deliver({ body });
    }
    return { eventId: event.event_id, corruptionMode, primary, duplicate };
  };
}
