import { Buffer } from "node:buffer";
import {
  parseEvent,
  parseJsonObject,
  type Rejection,
} from "#contracts/parse.ts";

/** A row of the earlier table, with what its large object has. */
export type EarlierRow = {
  readonly eventId: string;
  readonly eventType: string | null;
  readonly source: string | null;
  /** RFC 3339 in UTC; `null` if the time has no such form, such as `infinity`. */
  readonly timestamp: string | null;
  /** As PostgreSQL writes it, in UTC. */
  readonly storedAt: string | null;
  readonly payload: Uint8Array | NoPayload;
};

export type NoPayload =
  /** No large object is named, or the one that is named is gone. */
  | "missing"
  /** It is another's, who has given nobody the right to read it. */
  | "unreadable"
  | "too large";

/** Why a row becomes no row of ours, for whoever looks for it later. */
export type NotAdopted = {
  readonly code: Rejection["code"] | "payload_missing" | "payload_too_large";
  readonly message: string;
};

export type Judged =
  /** The event, as persistence would have had it from Kafka. */
  | { readonly ok: true; readonly json: string; readonly storedAt: string }
  | { readonly ok: false; readonly why: NotAdopted };

/** No event has come through Kafka that is nearly as large. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/**
 * Makes the event of an earlier row, by the contract that persistence goes by. The payload stays the text that it
 * was, so that PostgreSQL reads the amount from its digits.
 */
export function judge(row: EarlierRow): Judged {
  const { eventId, eventType, source, timestamp, storedAt, payload } = row;
  if (typeof payload === "string") return { ok: false, why: lack(payload) };
  // On its own first: what closes the object and goes on would else become part of the envelope.
  const object = parseJsonObject(payload);
  if (!object.ok) return rejected(object.rejection, "Of the payload: ");
  if (storedAt === null) {
    const message = "The row does not say when it was stored.";
    return { ok: false, why: { code: "contract_violation", message } };
  }
  const envelope = JSON.stringify({
    event_id: eventId,
    event_type: eventType,
    source,
    timestamp,
  });
  const json = `${envelope.slice(0, -1)},"payload":${object.text}}`;
  const event = parseEvent(Buffer.from(json));
  return event.ok ? { ok: true, json, storedAt } : rejected(event.rejection);
}

/** The reason can quote a payload, and PostgreSQL's text holds neither NUL nor half a pair of surrogates. */
function rejected({ code, message }: Rejection, where = ""): Judged {
  const text = `${where}${message}`.replaceAll("\0", "\ufffd").toWellFormed();
  return { ok: false, why: { code, message: text } };
}

function lack(payload: NoPayload): NotAdopted {
  switch (payload) {
    case "missing":
      return {
        code: "payload_missing",
        message: "The row names no large object, or one that is not there.",
      };
    case "too large":
      return {
        code: "payload_too_large",
        message: `The payload has more than ${MAX_PAYLOAD_BYTES} bytes.`,
      };
    case "unreadable":
      throw new Error("A payload that may not be read can be judged by nobody");
  }
}
