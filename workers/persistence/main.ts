/**
 * Persistence: each validated event becomes one row, once per `event_id`.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { databaseAddress } from "#runtime/database_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { works } from "#kafka/access/work.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { startWorker } from "#consumer/worker.ts";
import { actuatorRoutes } from "./actuator.ts";
import { Database } from "#runtime/postgres/database.ts";
import { keepMakingDays } from "./days/keep_making_days.ts";
import { judgeEvents, storeEvents } from "./event_store.ts";
import { type EventsRead, storing } from "./handle.ts";
import { persistenceMetrics } from "./metrics.ts";
import { keepAsking, measureReachable } from "./reachable.ts";
import { checkRights } from "./rights.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { checkPaymentsFollow, checkSchema } from "./schema.ts";
import { persistenceRelations, persistenceSettings } from "./settings.ts";

const worker = {
  name: services.persistence,
  settings: persistenceSettings,
  relations: persistenceRelations,
};

const openDatabase = (config: Config<typeof persistenceSettings>) =>
  new Database(databaseAddress(config, "writer"), {
    application: "eventflow-persistence",
    poolSize: config.dbPoolSize,
    statementTimeoutMs: config.dbStatementTimeoutMs,
  });

await judgeIfAsked({
  ...worker,
  async open(config) {
    const database = openDatabase(config);
    await awaitDatabase(database, { timeoutMs: config.startTimeoutMs });
    await checkSchema(database);
    return {
      handle: storing((rows) => judgeEvents(database, rows)),
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
    await checkSchema(database);
    await checkPaymentsFollow(database);
    const excess = await checkRights(database, {
      allowExcess: config.dbAllowExcessRights ||
        config.environment === "development",
    });
    if (excess !== undefined) service.log.warn(excess);
    measureReachable(service.metrics, database);
    void keepAsking(database, { signal: service.draining });
    void keepMakingDays(database, {
      signal: service.draining,
      log: service.log,
    });
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
