/**
 * Payments under way while something breaks, as a provider sends them: each payment's events one after
 * the other, each again until it is accepted.
 *
 * @module
 */
import { sleep } from "#runtime/backoff.ts";
import { paymentJson } from "./payment.ts";
import { send, signed } from "./provider.ts";

/** An event that was answered with a 2xx. */
export type Accepted = {
  readonly eventId: string;
  readonly paymentId: string;
  /** Its place among its payment's events, from 0. */
  readonly sequence: number;
  /** Whether it is to become a row; else it breaks the contract and is to become a dead letter. */
  readonly isGood: boolean;
};

/** How an event came to be accepted. */
export type Acceptance = {
  /** URL of the intake that accepted it. */
  readonly intake: string;
  /** `performance.now()` when the accepted request was sent. */
  readonly sentMs: number;
};

export type Load = AsyncDisposable & {
  /** In the order of their acceptance; a deliberate duplicate is not named again. Empty if `onAccepted` is told. */
  readonly accepted: readonly Accepted[];
  /** How often each status came, 0 for no answer at all. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Begins no further event, and resolves when those under way are accepted. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  /** The intake's URL; of several, each has payments of its own. */
  readonly intake: string | readonly string[];
  /** Events begun per second, at most; asked for again before each. */
  readonly perSecond?: number | (() => number);
  /** Payments whose events are under way side by side. */
  readonly payments?: number;
  /** How long an answer is waited for: longer than the intake takes to refuse, however busy the machine. */
  readonly answerWithinMs?: number;
  /** Told of each accepted event, if a long run must not keep them all. */
  readonly onAccepted?: (event: Accepted, acceptance: Acceptance) => void;
};

/** Every so many events of a payment one is sent twice, and one breaks the contract. */
const DUPLICATE_EVERY = 10;
const BROKEN_EVERY = 25;
const TRY_AGAIN_MS = 200;

export function startLoad(options: LoadOptions): Load {
  const { intake, perSecond = 150, payments = 30 } = options;
  const { answerWithinMs = 120_000 } = options;
  const intakes = [intake].flat();
  const rate = typeof perSecond === "function" ? perSecond : () => perSecond;
  const stopping = new AbortController();
  const abandoned = new AbortController();
  const accepted: Accepted[] = [];
  const onAccepted = options.onAccepted ?? ((event) => accepted.push(event));
  const statuses = new Map<number, number>();

  /** @returns `performance.now()` when the request that was accepted was sent */
  const deliver = async (event: Accepted, to: string): Promise<number> => {
    const body = paymentJson({
      ...event,
      amount: event.isGood ? "49.90" : "-49.90",
      currency: "EUR",
    });
    for (;;) {
      const sentMs = performance.now();
      // Signed anew each time, as the tolerance may be over before it is accepted.
      const status = await send(to, signed(body), answerWithinMs)
        .catch(() => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 202 || abandoned.signal.aborted) return sentMs;
      await sleep(TRY_AGAIN_MS, abandoned.signal);
    }
  };
  const sendPayment = async (index: number): Promise<void> => {
    const paymentId = `pay-${index}`;
    const intake = intakes[index % intakes.length] ?? "";
    for (let sequence = 0; !stopping.signal.aborted; sequence++) {
      const began = performance.now();
      const event: Accepted = {
        eventId: `${paymentId}:${sequence}`,
        paymentId,
        sequence,
        isGood: (sequence + index) % BROKEN_EVERY !== 1,
      };
      const sentMs = await deliver(event, intake);
      if (abandoned.signal.aborted) return;
      onAccepted(event, { intake, sentMs });
      if ((sequence + index) % DUPLICATE_EVERY === 2) {
        await deliver(event, intake);
      }
      const pauseMs = payments * 1_000 / rate() -
        (performance.now() - began);
      if (pauseMs > 0) await sleep(pauseMs, stopping.signal);
    }
  };
  const running = Promise.all(
    Array.from({ length: payments }, (_, index) => sendPayment(index)),
  );
  return {
    accepted,
    statuses,
    async stop() {
      stopping.abort();
      await running;
    },
    async [Symbol.asyncDispose]() {
      abandoned.abort();
      stopping.abort();
      await running;
    },
  };
}
