import { sleep } from "#runtime/backoff.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { Publisher } from "#kafka/publisher.ts";
import type { Log } from "#runtime/log.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { ProviderAccounts } from "../providers/accounts.ts";
import type { IntakeConfig } from "../settings.ts";
import { RejectionRecorder, SAMPLE_EVERY_MS } from "./recorder.ts";
import { createRejectionEvents } from "./rejection_events.ts";

const limits = { maxQueuedBytes: 256 * 1024, maxBatchBytes: 64 * 1024 };

/** The stop of an intake waits so long for what is not yet recorded. */
const CLOSE_WITHIN_MS = 1_000;

/**
 * Records why requests are refused until it is closed, over a connection of its own: payments are neither in front of it
 * nor behind it, and what Kafka does not take in time is dropped.
 *
 * @returns undefined if the intake is set not to
 */
export function recordRejections(
  { kafka, config, accounts, metrics, log, clock }: {
    kafka: Pick<KafkaClient, "sender">;
    config: IntakeConfig;
    /** Those that are set up now; absent: none. */
    accounts?: () => ProviderAccounts;
    metrics: Metrics;
    log: Log;
    /** Milliseconds since the epoch. */
    clock: () => number;
  },
): { recorder: RejectionRecorder; close(): Promise<void> } | undefined {
  const events = createRejectionEvents(metrics);
  if (!config.recordsRejected) return undefined;
  const publisher = new Publisher({
    sender: kafka.sender(),
    limits: { ...limits, timeoutMs: config.publishTimeoutMs },
  });
  const recorder = new RejectionRecorder({
    config,
    ...accounts && { accounts },
    publish: (record) => publisher.publish(record),
    events,
    log,
    clock,
  });
  const examining = setInterval(() => recorder.examine(), SAMPLE_EVERY_MS);
  return {
    recorder,
    async close() {
      clearInterval(examining);
      const settled = new AbortController();
      const closed = recorder.close().then(() => publisher.close())
        .finally(() => settled.abort());
      await Promise.race([closed, sleep(CLOSE_WITHIN_MS, settled.signal)]);
    },
  };
}
