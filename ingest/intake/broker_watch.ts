import { orAborted, sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Readiness } from "#runtime/health.ts";
import { describeRight } from "#kafka/access/rights.ts";
import type { Look } from "#kafka/await_kafka.ts";
import { PublishTimeoutError } from "#kafka/publisher.ts";
import type { Log } from "#runtime/log.ts";

/** The part of readiness that this watch speaks for. */
const PART = "kafka";

/**
 * Keeps `/ready` true to what was last heard from Kafka: each send says so by its outcome, and if
 * no send does, a probe every few seconds.
 */
export class BrokerWatch {
  readonly #readiness: Readiness;
  readonly #log: Log;
  #down = false;
  /** Counts sends, to tell whether one ended since. */
  #sends = 0;
  readonly #failed = (error: unknown): never => {
    if (error instanceof PublishTimeoutError) this.sent({ error });
    throw error;
  };

  constructor({ readiness, log }: { readiness: Readiness; log: Log }) {
    this.#readiness = readiness;
    this.#log = log;
  }

  /** A send ended, with an error if it failed. */
  sent({ error }: { error?: unknown }): void {
    this.#sends++;
    if (error === undefined) this.#isUp();
    else this.#isDown("the last send to Kafka failed", error);
  }

  /** Passes an acknowledgement on; one that does not come in time counts as a send that failed. */
  over(acknowledged: Promise<void>): Promise<void> {
    return acknowledged.catch(this.#failed);
  }

  /**
   * Probes until `signal` is aborted, whenever no send ended for `intervalMs`. A probe that takes
   * longer than `timeoutMs` counts as failed, but the next one waits for its end.
   */
  async run(
    { look, intervalMs, timeoutMs, signal }: {
      look: () => Promise<Look>;
      intervalMs: number;
      timeoutMs: number;
      signal: AbortSignal;
    },
  ): Promise<void> {
    while (true) {
      const sends = this.#sends;
      await sleep(intervalMs, signal);
      if (signal.aborted) return;
      if (sends === this.#sends) await this.#probe(look, timeoutMs, signal);
    }
  }

  async #probe(
    look: () => Promise<Look>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const sends = this.#sends;
    const timer = setTimeout(() => {
      if (sends === this.#sends) this.#isDown("Kafka does not answer");
    }, timeoutMs);
    const found = await orAborted(look(), signal);
    clearTimeout(timer);
    // A send that ended meanwhile knows better.
    if (found === undefined || sends !== this.#sends) return;
    if (!found.reachable) this.#isDown("Kafka does not answer", found.cause);
    else if (found.missing.length > 0) {
      this.#isDown(`Kafka has no topic ${found.missing.join(", ")}`);
    } else if (found.lacking.length > 0) {
      const lacking = found.lacking.map(describeRight).join(", ");
      this.#isDown(`Kafka denies ${lacking}`);
    } else this.#isUp();
  }

  #isUp(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#readiness.clear(PART);
    this.#log.info("Kafka answers again");
  }

  #isDown(reason: string, cause?: unknown): void {
    this.#readiness.block(PART, reason);
    if (this.#down) return;
    this.#down = true;
    this.#log.warn("Not ready, as {reason}", {
      reason: cause === undefined
        ? reason
        : `${reason}: ${describeError(cause)}`,
    });
  }
}
