/**
 * The validator as a later version would be: it knows one more type of event, and says more of what it lets pass. Run by Bun, in the
 * place of the one that there is.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { runService } from "#runtime/lifecycle.ts";
import { header } from "#kafka/headers.ts";
import { works } from "#kafka/access/work.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { eachRecord, type Outcome } from "#consumer/handler.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { validate } from "../../../workers/validator/handle.ts";
import type { MappedWebhooks } from "../../../workers/validator/mapped_outcome.ts";
import { validatorMetrics } from "../../../workers/validator/metrics.ts";
import { settings } from "../../../workers/validator/settings.ts";
import { LATER_HEADER, LATER_TYPE } from "./later_version.ts";

await runService({
  name: services.validator,
  settings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    const seen: MappedWebhooks = new WeakMap();
    const pass = (record: ReceivedRecord): Outcome => {
      const outcome = validate(record, config, seen);
      const isOfLaterType = record.value?.includes(`"${LATER_TYPE}"`) ?? false;
      if (outcome.kind !== "forward" && !isOfLaterType) return outcome;
      const { key, value, headers } = record;
      return {
        kind: "forward",
        records: [{
          topic: config.validatedTopic,
          key,
          value,
          headers: [...headers, header(LATER_HEADER, "2")],
        }],
      };
    };
    await startWorker(service, {
      ...works.validator(config),
      operation: "validate",
      port: config.port,
      portEnv: settings.port.env,
      handle: eachRecord(pass),
      metrics: validatorMetrics(metrics, { config, seen }),
    });
  },
});
