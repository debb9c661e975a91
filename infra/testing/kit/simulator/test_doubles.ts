/**
 * Stand-ins for time, chance and the receiver. For tests only.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { signatureOf } from "#kit/provider.ts";
import { Metrics } from "#runtime/metrics.ts";
import type { Clock } from "../../../../ingest/simulator/clock.ts";
import {
  OWN_PROVIDER,
  simulatorMetrics,
} from "../../../../ingest/simulator/metrics.ts";

/** A moment to begin with: 2026-02-03T04:05:06.789Z. */
export const START = Date.UTC(2026, 1, 3, 4, 5, 6, 789);

/** Time that passes only while somebody sleeps: every sleep ends at once, and is written down. */
export class LeapingClock implements Clock {
  readonly slept: number[] = [];
  #now = START;
  now = () => this.#now;
  monotonic = () => this.#now;
  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }
}

/** Time that passes only when the test says so. */
export class ManualClock implements Clock {
  #now = START;
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();
  now = () => this.#now;
  monotonic = () => this.#now;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake);
    });
  }

  /** Lets time pass, and everybody who sleeps wake at their own moment. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#sleepers].sort((a, b) => a.until - b.until);
      if (next === undefined || next.until > end) break;
      this.#now = Math.max(this.#now, next.until);
      next.wake();
    }
    this.#now = end;
  }

  /** Time passes while the process stands still: nobody wakes before it is over. */
  async freeze(ms: number): Promise<void> {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.until <= this.#now) sleeper.wake();
    }
    await settle();
  }
}

/** Lets every promise that can go on go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export { seededRandom } from "#runtime/seeded_random.ts";

export const SECRET = "a-secret";
export const URL_OF_RECEIVER = "http://receiver.test/webhook";

export type Received = {
  readonly url: string;
  readonly body: string;
  readonly timestamp: string;
  /** Whether the signature is the one for this body and this timestamp. */
  readonly signed: boolean;
};

/** A receiver in place of `fetch` that gives the answers in turn, the last one again and again. */
export function fakeReceiver(
  ...answers: (Response | Error | ((init: RequestInit) => Promise<Response>))[]
) {
  const received: Received[] = [];
  const receive = async (
    input: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    const body = await new Response(init.body).text();
    const headers = new Headers(init.headers);
    const timestamp = headers.get("X-Provider-Timestamp") ?? "";
    const signature = signatureOf(SECRET, timestamp, body);
    received.push({
      url: String(input),
      body,
      timestamp,
      signed: headers.get("X-Provider-Signature") === signature,
    });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) return new Response(null, { status: 202 });
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer.clone() : await answer(init);
  };
  return { received, fetch: receive };
}

/** An answer with a status alone. */
export function answer(status: number, headers: HeadersInit = {}): Response {
  return new Response(null, { status, headers });
}

/** The simulator's metrics with a look at single samples. */
export function observedMetrics() {
  const registry = new Metrics("test");
  return {
    registry,
    metrics: simulatorMetrics(registry)[OWN_PROVIDER],
    /** The value of one series, e.g. `x_total{result="ok"}`. */
    async sample(series: string): Promise<number | undefined> {
      const lines = (await registry.render()).split("\n");
      const line = lines.find((line) => line.startsWith(`${series} `));
      return line === undefined
        ? undefined
        : Number(line.slice(series.length + 1));
    },
  };
}
