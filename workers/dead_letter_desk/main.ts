/**
 * Dead letter desk: reads raw events. Say here in one sentence what it makes of them.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { works } from "#kafka/access/work.ts";
import { eachRecord } from "#consumer/handler.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { handle } from "./handle.ts";
import { deadLetterDeskMetrics } from "./metrics.ts";
import { deadLetterDeskSettings } from "./settings.ts";

await runService({
  name: services.dead_letter_desk,
  settings: deadLetterDeskSettings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    await startWorker(service, {
      ...works.dead_letter_desk(config),
      // Replace by what is done with a record, as a verb: it names the spans of traces.
      operation: "handle",
      port: config.port,
      portEnv: deadLetterDeskSettings.port.env,
      handle: eachRecord(handle),
      metrics: deadLetterDeskMetrics(metrics),
    });
  },
});
