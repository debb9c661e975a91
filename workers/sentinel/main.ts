/**
 * Sentinel: reads validated events. Say here in one sentence what it makes of them.
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
import { sentinelMetrics } from "./metrics.ts";
import { sentinelSettings } from "./settings.ts";

await runService({
  name: services.sentinel,
  settings: sentinelSettings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    await startWorker(service, {
      ...works.sentinel(config),
      // Replace by what is done with a record, as a verb: it names the spans of traces.
      operation: "handle",
      port: config.port,
      portEnv: sentinelSettings.port.env,
      handle: eachRecord(handle),
      metrics: sentinelMetrics(metrics),
    });
  },
});
