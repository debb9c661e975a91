import { services } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { runService } from "#runtime/lifecycle.ts";
import { works } from "#kafka/access/work.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { eachRecord, type Outcome } from "#consumer/handler.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import type { MappedWebhooks } from "../../../workers/validator/mapped_outcome.ts";
import { validatorMetrics } from "../../../workers/validator/metrics.ts";
import { settings } from "../../../workers/validator/settings.ts";

/** Runs the validator as it is, but for what it makes of a record. */
export async function runValidator(
  outcomeOf: (
    record: ReceivedRecord,
    config: Config<typeof settings>,
    seen: MappedWebhooks,
  ) => Outcome,
): Promise<void> {
  await runService({
    name: services.validator,
    settings,
    relations: workerRelations,
    start: async (service) => {
      const { config, metrics } = service;
      const seen: MappedWebhooks = new WeakMap();
      await startWorker(service, {
        ...works.validator(config),
        operation: "validate",
        port: config.port,
        portEnv: settings.port.env,
        handle: eachRecord((record) => outcomeOf(record, config, seen)),
        metrics: validatorMetrics(metrics, { config, seen }),
      });
    },
  });
}
