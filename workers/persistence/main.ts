/**
 * Persistence: each validated event becomes one row, once per `event_id`.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { databaseAddress } from "#runtime/database_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { works } from "#kafka/access/work.ts";
import { startWorker } from "#consumer/worker.ts";
import { actuatorRoutes } from "./actuator.ts";
import { Database } from "./database.ts";
import { storeEvents } from "./event_store.ts";
import { type EventsRead, storing } from "./handle.ts";
import { persistenceMetrics } from "./metrics.ts";
import { keepAsking, measureReachable } from "./reachable.ts";
import { checkRights } from "./rights.ts";
import { awaitDatabase, checkSchema } from "./schema.ts";
import { persistenceRelations, persistenceSettings } from "./settings.ts";

await runService({
  name: services.persistence,
  settings: persistenceSettings,
  relations: persistenceRelations,
  async start(service) {
    const { config } = service;
    const database = new Database(databaseAddress(config, "writer"), {
      poolSize: config.dbPoolSize,
      statementTimeoutMs: config.dbStatementTimeoutMs,
    });
    service.defer(() => database.close());
    await awaitDatabase(database, {
      timeoutMs: config.startTimeoutMs,
      signal: service.draining,
    });
    await checkSchema(database);
    const excess = await checkRights(database, {
      allowExcess: config.dbAllowExcessRights ||
        config.environment === "development",
    });
    if (excess !== undefined) service.log.warn(excess);
    measureReachable(service.metrics, database);
    void keepAsking(database, { signal: service.draining });
    const events: EventsRead = new WeakMap();
    await startWorker(service, {
      ...works.persistence(config),
      operation: "store",
      port: config.port,
      portEnv: persistenceSettings.port.env,
      pages: actuatorRoutes(service),
      handle: storing((rows) => storeEvents(database, rows), events),
      metrics: persistenceMetrics(service.metrics, { events, clock: Date.now }),
    });
  },
});
