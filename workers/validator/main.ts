import { services } from "#contracts/services.ts";
import { works } from "#runtime/kafka/access/work.ts";
import { eachRecord } from "#runtime/kafka/worker/handler.ts";
import { startWorker } from "#runtime/kafka/worker/worker.ts";
import { workerRelations } from "#runtime/kafka/worker/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { validate } from "./handle.ts";
import { validatorMetrics } from "./metrics.ts";
import { settings } from "./settings.ts";

await runService({
  name: services.validator,
  settings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    await startWorker(service, {
      ...works.validator(config),
      operation: "validate",
      port: config.port,
      portEnv: settings.port.env,
      handle: eachRecord((record) => validate(record, config)),
      metrics: validatorMetrics(metrics, config.rawTopic),
    });
  },
});
