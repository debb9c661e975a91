import { describeError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import type { Refused } from "../receive.ts";
import { senderOf } from "../refusal_log.ts";
import { isOfSender } from "../refusals.ts";
import { ProviderAccounts } from "../providers/accounts.ts";
import type { IntakeConfig } from "../settings.ts";
import { examinedBody } from "./examined_body.ts";
import { explain } from "./explain.ts";
import { type Explained, fewOfEachCause } from "./few_of_each_cause.ts";
import type { RefusedRequest } from "./refused_request.ts";
import { rejectedRecord } from "./rejected_record.ts";
import type { RejectionEvents } from "./rejection_events.ts";
import { RefusalSample } from "./refusal_sample.ts";

const nobody = new ProviderAccounts();

/** A sample is looked into so often. */
export const SAMPLE_EVERY_MS = 1_000;

/** Looked into at each time, each in a turn of the event loop of its own: some 1.5 ms if its body is as usual, at most 6. */
const MAX_EXAMINED = 10;

/** At most one line in this time says that records are lost. */
const TELL_LOST_EVERY_MS = 60_000;

type Deps = {
  readonly config: IntakeConfig;
  /** Those that are set up now; absent: none. */
  readonly accounts?: () => ProviderAccounts;
  /** Resolves when Kafka has the record. */
  readonly publish: (record: OutgoingRecord) => Promise<void>;
  readonly events: RejectionEvents;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
};

/**
 * Finds out why requests were refused, and records it. They were answered before: nothing here is waited for by
 * anybody, and what there is no time or room for is counted and dropped.
 */
export class RejectionRecorder {
  readonly #sample = new RefusalSample<RefusedRequest>();
  readonly #deps: Deps;
  #examining: Promise<void> | undefined;
  readonly #sending = new Set<Promise<void>>();
  #toldLostMs = -Infinity;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Takes note of a request that is about to be answered. What is kept of its body, if it is one of those that are looked
   * into, is a few kilobytes to be copied, whatever they are.
   *
   * @param as.provider the name of one, or `INTERNAL`
   * @param as.client the address of whoever sent it, if that is known
   */
  refused(
    request: Request,
    { provider, account, received, client = "unknown" }: {
      provider: string;
      account?: string | undefined;
      received: Refused;
      client?: string | undefined;
    },
  ): void {
    const { refusal } = received;
    if (!isOfSender(refusal)) return;
    const sender = senderOf(client);
    const group = `${provider}/${account ?? ""} ${refusal}`;
    this.#sample.add({ group, sender }, () => ({
      provider,
      account,
      refusal,
      sender,
      headers: request.headers,
      ...examinedBody(request, received),
      atMs: this.#deps.clock(),
    }));
  }

  /** Looks into what was refused since; called from time to time. */
  examine(): Promise<void> {
    return this.#examining ??= this.#examine()
      .finally(() => this.#examining = undefined);
  }

  /** Records what is left. Resolves when Kafka has it or has refused it. */
  async close(): Promise<void> {
    await this.#examining;
    await this.examine();
    await Promise.all(this.#sending);
  }

  async #examine(): Promise<void> {
    const { config, accounts = () => nobody, log, events } = this.#deps;
    const explained: Explained[] = [];
    for (const { item: refused, refusals } of this.#sample.take(MAX_EXAMINED)) {
      // Requests are served in between.
      await new Promise((resolve) => setTimeout(resolve));
      try {
        const why = await explain(refused, { config, accounts: accounts() });
        events.explained(why, refusals);
        explained.push({ refused, why, refusals });
      } catch (error) {
        events.dropped(refusals);
        log.error("Cannot tell why a request was refused: {reason}", {
          reason: describeError(error),
        });
      }
    }
    for (const one of fewOfEachCause(explained)) this.#record(one);
  }

  #record({ refused, why, refusals }: Explained): void {
    const { config, publish, events } = this.#deps;
    const sending = publish(rejectedRecord({
      refused,
      why,
      refusals,
      topic: config.rejectedTopic,
      bodyBytes: config.rejectedBodyBytes,
    })).then(
      () => events.recorded(refusals),
      (error) => {
        events.dropped(refusals);
        this.#tellLost(error);
      },
    ).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  #tellLost(error: unknown): void {
    const { config, log, clock } = this.#deps;
    if (clock() - this.#toldLostMs < TELL_LOST_EVERY_MS) return;
    this.#toldLostMs = clock();
    log.warn(
      "Cannot record in {topic} why webhooks were refused: {reason}",
      { topic: config.rejectedTopic, reason: describeError(error) },
    );
  }
}
