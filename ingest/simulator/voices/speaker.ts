import type { Log } from "#runtime/log.ts";
import { oneOf } from "../customers/random.ts";
import type { Deliver, Delivery } from "../delivery.ts";
import { type IncidentsAt, noIncidents } from "../incidents/incidents.ts";
import type { Message, Webhook } from "../message.ts";
import type { SimulatorMetrics, StreamResult } from "../metrics.ts";
import {
  asStranger,
  corruptMoment,
  type VoiceCorruption,
  voiceCorruptions,
} from "./corruption.ts";
import type { Lives, Moment } from "./life.ts";
import type { AnyVoice } from "./voices.ts";

/** What becomes of an event; the payment's next one is not sent before. */
export type Send = () => Promise<
  Extract<StreamResult, "accepted" | "failed" | "refused" | "silent">
>;

/**
 * Speaks for one account at a provider: each event is told, at times broken or doubled, signed and delivered.
 *
 * @param of.account its settings as they are at the moment: secrets are rolled
 * @param of.rates chances from 0 to 1
 */
export function createSpeaker(
  {
    voice,
    url,
    account,
    lives,
    deliverTo,
    rates,
    incidents = noIncidents,
    random,
    metrics,
    log,
  }: {
    readonly voice: AnyVoice;
    readonly url: string;
    readonly account: () => unknown;
    readonly lives: Lives;
    readonly deliverTo: (webhook: Webhook) => Deliver;
    readonly rates: { readonly corruption: number; readonly duplicate: number };
    readonly incidents?: IncidentsAt;
    readonly random: () => number;
    readonly metrics: SimulatorMetrics;
    readonly log: Log;
  },
): () => Send {
  const signedBy = (settings: () => unknown): Webhook => ({
    url,
    sign: (message, nowMs) => voice.sign(message, settings(), nowMs),
  });
  const deliver = deliverTo(signedBy(account));
  const deliverAsStranger = deliverTo(signedBy(() => asStranger(account())));

  const send = async (moment: Moment): ReturnType<Send> => {
    const mode = random() < rates.corruption
      ? oneOf(voiceCorruptions, random)
      : undefined;
    if (mode !== undefined) metrics.corrupted(mode);
    const message = messageOf(voice, moment, mode);
    if (mode === "another_secret") {
      const { status_code } = await deliverAsStranger(message);
      return status_code === 401 ? "refused" : "failed";
    }
    const { ok, ...told } = await deliver(message);
    if (!ok) tell(log, voice, told);
    if (ok && random() < rates.duplicate) {
      metrics.duplicated();
      await deliver(message);
    }
    const copies = ok ? incidents.copies() : 1;
    for (let copy = 1; copy < copies; copy++) await deliver(message);
    return ok ? "accepted" : "failed";
  };

  return () => {
    if (incidents.isSilent()) return () => Promise.resolve("silent");
    const { moment, done } = lives.next();
    return () => send(moment).finally(done);
  };
}

/** What a provider says of a moment, as bytes. */
export function messageOf(
  voice: AnyVoice,
  moment: Moment,
  mode?: VoiceCorruption,
): Message {
  const { body, headers } = voice.tell(
    mode === undefined ? moment : corruptMoment(moment, mode),
  );
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { body: new TextEncoder().encode(text), headers };
}

/** What a receiver answers may repeat the payload, so its text stays out of the log. */
function tell(
  log: Log,
  { provider }: AnyVoice,
  { attempts, status_code, message }: Omit<Delivery, "ok">,
): void {
  log.warning("Webhook of {provider} not delivered: {reason}", {
    provider,
    attempts,
    reason: status_code === null ? message : `HTTP ${status_code}`,
  });
}
