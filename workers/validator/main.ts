import { services } from "#contracts/services.ts";
import { works } from "#kafka/access/work.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { eachRecord } from "#consumer/handler.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { withCloudEvents } from "./cloud_events.ts";
import { validate } from "./handle.ts";
import type { MappedWebhooks } from "./mapped_outcome.ts";
import { validatorMetrics } from "./metrics.ts";
import { settings } from "./settings.ts";

const worker = {
  name: services.validator,
  settings,
  relations: workerRelations,
};

await judgeIfAsked({
  ...worker,
  open: (config) => ({
    handle: eachRecord((record) => validate(record, config)),
  }),
});

await runService({
  ...worker,
  start: async (service) => {
    const { config, metrics } = service;
    const seen: MappedWebhooks = new WeakMap();
    const judge = (record: ReceivedRecord) => validate(record, config, seen);
    await startWorker(service, {
      ...works.validator(config),
      operation: "validate",
      port: config.port,
      portEnv: settings.port.env,
      handle: eachRecord(
        config.cloudEvents
          ? withCloudEvents(judge, config.validatedTopic)
          : judge,
      ),
      metrics: validatorMetrics(metrics, { config, seen }),
    });
  },
});
