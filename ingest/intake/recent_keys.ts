/**
 * What an internal service sends again is the same event. The event's id follows from the key, so that the
 * table has one row however often, wherever and after whatever restart it is sent; the rest of the envelope is
 * remembered for the latest keys, so that it is one event to the byte.
 *
 * @module
 */
import { createHash, randomUUID } from "node:crypto";

/** Some 300 bytes each. */
const REMEMBERED = 10_000;

/** How a key may be written: bare, or as draft-ietf-httpapi-idempotency-key-header has it, in quotes. */
const KEY =
  /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** @returns undefined if the header is none that can be a key */
export function parseIdempotencyKey(text: string): string | undefined {
  const [, quoted, bare] = KEY.exec(text.trim()) ?? [];
  return quoted ?? bare;
}

/**
 * The id of the event that a key stands for. The payment is a part of it: two services that number their keys
 * alike must not have one's payment taken for the other's.
 *
 * @returns a random one if there is no key
 */
export function eventIdOf(key: string | undefined, paymentId: string): string {
  if (key === undefined) return randomUUID();
  const hash = createHash("sha256").update(JSON.stringify([key, paymentId]))
    .digest("hex");
  // As UUIDs of version 8 are made, which say nothing about how (RFC 9562, section 5.8).
  const variant = (parseInt(hash.slice(16, 17), 16) & 3 | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}

/** An event that was handed in with a key. */
export type Remembered = {
  /** Of the payload, whatever the order of its keys. */
  readonly digest: string;
  /** Of the envelope. */
  readonly timestamp: string;
  /** Whether Kafka has it. */
  isAcknowledged: boolean;
};

/** The latest events with a key, by their ids. */
export class RecentKeys {
  readonly #events = new Map<string, Remembered>();
  readonly #max: number;

  constructor(max = REMEMBERED) {
    this.#max = max;
  }

  /** The event that was first handed in with this id, or else this one. */
  remember(eventId: string, event: Remembered): Remembered {
    const first = this.#events.get(eventId);
    if (first !== undefined) return first;
    this.#events.set(eventId, event);
    if (this.#events.size > this.#max) {
      const [oldest = ""] = this.#events.keys();
      this.#events.delete(oldest);
    }
    return event;
  }
}

export function payloadDigest(payload: object): string {
  const entries = Object.entries(payload).sort(([a], [b]) => a < b ? -1 : 1);
  return createHash("sha256").update(JSON.stringify(entries)).digest("base64");
}
