import type { Log } from "#runtime/log.ts";
import { peerOf } from "../http/peer.ts";
import { FrequentSenders } from "./frequent_senders.ts";
import { type Refusal, refusals } from "./refusals.ts";

/** At most one line in this time, for each refusal, whoever sends however much. */
export const TELL_EVERY_MS = 10_000;

/** Senders that a line names. */
const NAMED = 5;

type Untold = { count: number; senders: FrequentSenders; toldMs: number };

/**
 * Says what was refused and who sent most of it, so that a person can act: the first at once, and what
 * follows together. Whoever sends without end makes no more lines than one who stops.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: () => number;
  readonly #untold = new Map<Refusal, Untold>();

  /** @param clock milliseconds since the epoch */
  constructor({ log, clock }: { log: Log; clock: () => number }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @param client an address, or `unknown` */
  refused(refusal: Refusal, client: string): void {
    const untold = this.#untold.get(refusal) ??
      { count: 0, senders: new FrequentSenders(), toldMs: -Infinity };
    this.#untold.set(refusal, untold);
    untold.count++;
    untold.senders.sent(senderOf(client));
    this.#tell(refusal, untold);
  }

  /** Says what is due, or all at the end; called from time to time, as the last of a flood has nobody behind it. */
  tell({ isLast = false } = {}): void {
    for (const [refusal, untold] of this.#untold) {
      this.#tell(refusal, untold, isLast);
    }
  }

  #tell(refusal: Refusal, untold: Untold, isLast = false): void {
    const nowMs = this.#clock();
    const isDue = isLast || nowMs - untold.toldMs >= TELL_EVERY_MS;
    if (untold.count === 0 || !isDue) return;
    this.#log.warn(
      "Refused {refused} requests with {status} {refusal}, most from {senders}",
      {
        refused: untold.count,
        status: refusals[refusal].status,
        refusal,
        senders: untold.senders.most(NAMED)
          .map(({ sender, count }) => `${sender} (${count})`).join(", "),
      },
    );
    untold.count = 0;
    untold.senders = new FrequentSenders();
    untold.toldMs = nowMs;
  }
}

/** Whoever has one address of a /64 has all of them, and is to be blocked by the network. */
export function senderOf(client: string): string {
  return client.includes(":") ? `${peerOf(client)}::/64` : client;
}
