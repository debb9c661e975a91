/** The webhook intake: signed webhooks in over HTTP, raw events out to Kafka. */
import { healthRoutes } from "#runtime/health.ts";
import { needsOfIntake } from "#kafka/access/needs.ts";
import { awaitKafka, lookFor } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { Publisher } from "#kafka/publisher.ts";
import { runService } from "#runtime/lifecycle.ts";
import { servesApiPages } from "../http/api_pages.ts";
import { serveHttp } from "../http/http_server.ts";
import { createApp, SERVICE } from "./app.ts";
import { BrokerWatch } from "./broker_watch.ts";
import { doorMetrics } from "./door_metrics.ts";
import { createIntakeEvents } from "./intake_events.ts";
import { openAccounts } from "./providers/open_accounts.ts";
import { recordRejections } from "./rejections/recording.ts";
import {
  intakeRelations,
  intakeSettings,
  MAX_BATCH_BYTES,
} from "./settings.ts";

await runService({
  name: SERVICE,
  settings: intakeSettings,
  relations: intakeRelations,
  async start({ config, log, metrics, readiness, tracing, draining, defer }) {
    // Closed last: while the rest drains, `/ready` says so and the last figures can be fetched.
    const operations = await serveHttp(
      healthRoutes({ service: SERVICE, readiness, metrics }),
      {
        host: config.operationsHost,
        port: config.operationsPort,
        portEnv: intakeSettings.operationsPort.env,
        log,
      },
    );
    defer(() => operations.drain());
    const { providersFile, environment } = config;
    const providers = await openAccounts(providersFile, environment);
    void providers.keepLooking({ log, signal: draining });
    const accounts = () => providers.accounts;
    const kafka = createKafkaClient({
      config,
      clientId: "eventflow-intake",
      log,
    });
    const needs = needsOfIntake(config);
    const clock = Date.now;
    const events = createIntakeEvents({
      metrics,
      log,
      clock,
      queuedBytes: () => publisher.queuedBytes,
      maxQueuedBytes: config.maxQueuedBytes,
    });
    const telling = setInterval(() => events.tellRefusals(), 1_000);
    defer(() => {
      clearInterval(telling);
      events.tellRefusals({ isLast: true });
    });
    const watch = new BrokerWatch({ readiness, log });
    const publisher = new Publisher({
      sender: kafka.sender(),
      limits: {
        maxQueuedBytes: config.maxQueuedBytes,
        maxBatchBytes: MAX_BATCH_BYTES,
        timeoutMs: config.publishTimeoutMs,
        spacingMs: config.sendSpacingMs,
      },
      onSent(sent) {
        events.sent(sent);
        watch.sent(sent);
      },
    });
    defer(() => publisher.close());
    const rejections = recordRejections({
      kafka,
      config,
      accounts,
      metrics,
      log,
      clock,
    });
    defer(() => rejections?.close());

    const app = createApp({
      config,
      accounts,
      publish: (record) => watch.over(publisher.publish(record)),
      events,
      readiness,
      clock,
      tracing,
      recorder: rejections?.recorder,
      apiPages: servesApiPages(config),
    });
    const server = await serveHttp(app, {
      host: config.bindHost,
      port: config.port,
      portEnv: intakeSettings.port.env,
      log,
      maxConnections: config.maxConnections,
      events: doorMetrics(metrics),
    });
    defer(() => server.drain());
    log.info("Listening on {url}, for operators on {operationsUrl}", {
      url: server.url,
      operationsUrl: operations.url,
    });

    await awaitKafka(kafka, {
      needs,
      config,
      timeoutMs: config.startTimeoutMs,
      signal: draining,
    });
    watch.run({
      look: () => lookFor(kafka, needs),
      intervalMs: 3_000,
      timeoutMs: 3_000,
      signal: draining,
    });
  },
});
