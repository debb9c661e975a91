/**
 * Enrichment: works out about each validated event what is known when it comes, and how risky it looks. Nothing waits for it.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { needsOfEnrichment } from "#kafka/access/needs.ts";
import { works } from "#kafka/access/work.ts";
import { openKafka } from "#kafka/open_kafka.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { answering, type EnrichedRecords, enriching } from "./handle.ts";
import { openJudging } from "./judging.ts";
import { enrichmentMetrics, measureTimeline } from "./metrics.ts";
import { enrichmentSettings } from "./settings.ts";
import { LiveTimeline } from "./timeline/live_timeline.ts";
import { SnapshotStore } from "./timeline/snapshot_store.ts";
import { answersWithoutHistory } from "./timeline/without_history.ts";
import { ToldRecord } from "./told_record.ts";

const worker = {
  name: services.enrichment,
  settings: enrichmentSettings,
  relations: workerRelations,
};

await judgeIfAsked({
  ...worker,
  open: async (config) => ({
    handle: enriching({
      answers: answersWithoutHistory(await openJudging(config)),
      topic: config.enrichedTopic,
    }),
  }),
});

await runService({
  ...worker,
  start: async (service) => {
    const { config, metrics, readiness, log } = service;
    const judging = await openJudging(config);
    readiness.block("history", "restoring history");
    const opened = await openKafka(service, {
      port: config.port,
      portEnv: enrichmentSettings.port.env,
      needs: needsOfEnrichment(config),
      compacted: [config.enrichmentFactsTopic],
    });
    const { kafka, admin } = opened;
    const { validatedTopic: topic, groupId } = config;
    const bounds = {
      entities: config.maxEntities,
      payments: config.maxPayments,
    };
    const timeline = new LiveTimeline({
      kafka,
      admin,
      topic,
      groupId,
      log,
      bounds,
      clock: Date.now,
      skewMs: config.clockSkewMs,
      snapshots: {
        records: config.snapshotRecords,
        everyMs: config.snapshotMs,
      },
      store: new SnapshotStore({
        kafka,
        admin,
        topic: config.enrichmentFactsTopic,
        groupId,
        bounds,
      }),
      contentOf: (record) => new ToldRecord(record),
      judge: answering(judging),
    });
    service.defer(() => timeline.close());
    measureTimeline(metrics, timeline);
    await timeline.restore();
    readiness.clear("history");
    const seen: EnrichedRecords = new WeakMap();
    await startWorker(service, {
      ...works.enrichment(config),
      opened,
      operation: "enrich",
      follower: timeline,
      handle: enriching({
        answers: (records) => timeline.answers(records),
        topic: config.enrichedTopic,
        seen,
      }),
      metrics: enrichmentMetrics(metrics, { seen }),
    });
  },
});
