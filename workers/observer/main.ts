/**
 * The observer: looks at Kafka from the outside, and says as metrics what a dead worker could not: how far
 * each group is behind, how many members it has, and how much money waits. It writes nothing and joins
 * no group, so it may be stopped and started at any time.
 *
 * @module
 */
import { describeError } from "#runtime/errors.ts";
import { sleep } from "#runtime/backoff.ts";
import { allWork, needsOfObserver } from "#kafka/access/needs.ts";
import { openKafka } from "#kafka/open_kafka.ts";
import { heldBackEvents } from "#consumer/occurrences.ts";
import { runService } from "#runtime/lifecycle.ts";
import { observerMetrics } from "./metrics.ts";
import {
  atRiskOf,
  atRiskOfDeadLetter,
  moneyWaitingFor,
} from "./money_at_risk.ts";
import { Observer } from "./observer.ts";
import { observerRelations, observerSettings } from "./settings.ts";

await runService({
  name: "observer",
  settings: observerSettings,
  relations: observerRelations,
  async start(service) {
    const { config, log, readiness, draining } = service;
    const metrics = observerMetrics(service.metrics);
    const { rawTopic, validatedTopic, enrichedTopic, deadLetterTopic } = config;
    const topics = [rawTopic, validatedTopic, enrichedTopic, deadLetterTopic];
    const groups = allWork(config).map(({ worker, groupId, topic }) => ({
      group: groupId,
      topic,
      moneyIs: moneyWaitingFor[worker],
    }));
    const { kafka, admin } = await openKafka(service, {
      needs: needsOfObserver({ topics, groups }),
      port: config.port,
      portEnv: observerSettings.port.env,
    });
    const observer = new Observer({
      kafka,
      admin,
      groups,
      deadLetterTopic,
      topics,
      heldBackMs: config.heldBackMs,
      atRiskOf,
      atRiskOfDeadLetter,
      log,
      signal: draining,
      clock: Date.now,
    });

    const tellHeldBack = heldBackEvents({ log });
    const tellMissing = (missing: readonly string[]) => {
      if (missing.length === 0) return readiness.clear("topics");
      const reason = `Kafka has no topic ${missing.join(", ")}`;
      if (readiness.block("topics", reason)) log.error("{reason}", { reason });
    };
    const look = async () => {
      try {
        const seen = await observer.look();
        metrics.seen(seen);
        tellHeldBack(seen.heldBack);
        readiness.clear("kafka");
        tellMissing(seen.missing);
      } catch (error) {
        if (draining.aborted) return;
        metrics.unreachable();
        const reason = describeError(error);
        if (readiness.reasons.kafka === undefined) {
          log.warn("Kafka cannot be observed: {reason}", { reason });
        }
        readiness.block("kafka", reason);
      }
    };
    const keepLooking = async () => {
      while (!draining.aborted) {
        await sleep(config.intervalMs, draining);
        if (!draining.aborted) await look();
      }
    };
    await look();
    void keepLooking();
  },
});
