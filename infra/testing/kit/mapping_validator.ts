/**
 * The validator, with mappings of a scenario in the version that SCENARIO_MAPPING_VERSION says. Run by Bun, in the place of the one
 * with the mappings that there are.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { choice, integer } from "#runtime/config.ts";
import { runService } from "#runtime/lifecycle.ts";
import { works } from "#kafka/access/work.ts";
import { eachRecord } from "#consumer/handler.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { validate } from "../../../workers/validator/handle.ts";
import type { MappedWebhooks } from "../../../workers/validator/mapped_outcome.ts";
import { validatorMetrics } from "../../../workers/validator/metrics.ts";
import { settings as its } from "../../../workers/validator/settings.ts";
import { mappingsOf, scenarioMappings } from "./scenario_mapping.ts";

const settings = {
  ...its,
  mapping: choice("SCENARIO_MAPPING", {
    values: scenarioMappings,
    doc: "which mappings it has",
  }),
  mappingVersion: integer("SCENARIO_MAPPING_VERSION", {
    min: 1,
    max: 1_000,
    doc: "in which version it has them",
  }),
};

await runService({
  name: services.validator,
  settings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    const mappings = mappingsOf(config.mapping, config.mappingVersion);
    const seen: MappedWebhooks = new WeakMap();
    await startWorker(service, {
      ...works.validator(config),
      operation: "validate",
      port: config.port,
      portEnv: settings.port.env,
      handle: eachRecord((record) => validate(record, config, seen, mappings)),
      metrics: validatorMetrics(metrics, { config, seen }),
    });
  },
});
