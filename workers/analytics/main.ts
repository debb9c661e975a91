/**
 * Analytics: counts validated events, and measures their age.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { works } from "#kafka/access/work.ts";
import { eachRecord } from "#consumer/handler.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { type EventsRead, read } from "./handle.ts";
import { analyticsMetrics } from "./metrics.ts";
import { RecentEvents } from "./recent_events.ts";
import { analyticsSettings } from "./settings.ts";

const worker = {
  name: services.analytics,
  settings: analyticsSettings,
  relations: workerRelations,
};

await judgeIfAsked({
  ...worker,
  open: () => ({
    handle: eachRecord((record) => read(record, new WeakMap())),
  }),
});

await runService({
  ...worker,
  async start(service) {
    const { config } = service;
    const events: EventsRead = new WeakMap();
    await startWorker(service, {
      ...works.analytics(config),
      operation: "count",
      port: config.port,
      portEnv: analyticsSettings.port.env,
      handle: eachRecord((record) => read(record, events)),
      metrics: analyticsMetrics(service.metrics, {
        events,
        recent: new RecentEvents(config.duplicateWindow),
        rawTopic: config.rawTopic,
        clock: () => new Date(),
      }),
    });
  },
});
