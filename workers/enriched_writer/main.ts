/**
 * Enriched writer: each enriched event becomes one row of `enriched_events`, once per `event_id`. Nothing waits for it.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { databaseAddress } from "#runtime/database_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { Database } from "#runtime/postgres/database.ts";
import { works } from "#kafka/access/work.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { startWorker } from "#consumer/worker.ts";
import { checkTable } from "./check_table.ts";
import { judgeEnriched, storeEnriched } from "./enriched_store.ts";
import { type EnrichedRead, storing } from "./handle.ts";
import { enrichedWriterMetrics } from "./metrics.ts";
import { enrichedWriterRelations, enrichedWriterSettings } from "./settings.ts";

const worker = {
  name: services.enriched_writer,
  settings: enrichedWriterSettings,
  relations: enrichedWriterRelations,
};

const openDatabase = (config: Config<typeof enrichedWriterSettings>) =>
  new Database(databaseAddress(config, "writer"), {
    application: "eventflow-enriched-writer",
    poolSize: config.dbPoolSize,
    statementTimeoutMs: config.dbStatementTimeoutMs,
  });

await judgeIfAsked({
  ...worker,
  async open(config) {
    const database = openDatabase(config);
    await awaitDatabase(database, { timeoutMs: config.startTimeoutMs });
    await checkTable(database);
    return {
      handle: storing((all) => judgeEnriched(database, all)),
      close: () => database.close(),
    };
  },
});

await runService({
  ...worker,
  async start(service) {
    const { config } = service;
    const database = openDatabase(config);
    service.defer(() => database.close());
    await awaitDatabase(database, {
      timeoutMs: config.startTimeoutMs,
      signal: service.draining,
    });
    await checkTable(database);
    const seen: EnrichedRead = new WeakMap();
    await startWorker(service, {
      ...works.enriched_writer(config),
      operation: "store",
      port: config.port,
      portEnv: enrichedWriterSettings.port.env,
      handle: storing((all) => storeEnriched(database, all), seen),
      metrics: enrichedWriterMetrics(service.metrics, { seen }),
    });
  },
});
