import type { Service } from "#runtime/lifecycle.ts";
import { servesApiPages } from "../http/api_pages.ts";
import { serveHttp } from "../http/http_server.ts";
import { createApp } from "./app.ts";
import { type Authorize, createAuthorize } from "./authorization.ts";
import { runAutoStream } from "./auto_stream.ts";
import { systemClock } from "./clock.ts";
import { createDelivery } from "./delivery.ts";
import type { Webhook } from "./message.ts";
import {
  OWN_PROVIDER,
  type SimulatorMetrics,
  simulatorMetrics,
} from "./metrics.ts";
import { retryPolicyOf, simulatorSettings } from "./settings.ts";
import { ownWebhook } from "./signature.ts";
import { Traffic } from "./traffic.ts";
import { openChorus } from "./voices/chorus.ts";

type SimulatorService = Service<typeof simulatorSettings>;

const random = Math.random;
const newId = () => crypto.randomUUID();

/** Builds the simulator of its parts and starts it. */
export async function startSimulator(service: SimulatorService): Promise<void> {
  const { config, log, draining } = service;
  const all = simulatorMetrics(service.metrics);
  const metrics = all[OWN_PROVIDER];
  const deliveryOf = (webhook: Webhook, metrics: SimulatorMetrics) =>
    createDelivery({
      webhook,
      timeoutMs: config.webhookTimeoutSeconds * 1000,
      retry: retryPolicyOf(config),
      clock: systemClock,
      random,
      fetch,
      draining,
      metrics,
    });
  const { webhookUrl: url, signingSecret: secret } = config;
  const deliver = deliveryOf(ownWebhook({ url, secret }), metrics);
  const chorus = await openChorus(service, {
    metrics: all,
    deliveryOf,
    clock: systemClock,
    random,
  });
  const authorize = createAuthorize({
    deliver,
    rates: {
      corruption: config.corruptionRate,
      duplicate: config.duplicateRate,
    },
    clock: systemClock,
    random,
    newId,
    metrics,
    log,
  });
  const app = createApp({
    authorize,
    webhookUrl: config.webhookUrl,
    hosts: [config.bindHost, ...config.hosts ?? []],
    readiness: service.readiness,
    metrics: service.metrics,
    apiPages: servesApiPages(config),
    certificateOf: chorus.certificateOf,
  });
  const server = await serveHttp(app, {
    host: config.bindHost,
    port: config.port,
    portEnv: simulatorSettings.port.env,
    log,
  });
  service.defer(() => server.drain());
  log.info("Listening on {url}, sending webhooks to {webhookUrl}", {
    url: server.url,
    webhookUrl: config.webhookUrl,
  });
  if (config.autoStreamEnabled) startStream(service, { authorize, metrics });
  chorus.start();
}

function startStream(
  { config, draining, defer, fail, log }: SimulatorService,
  { authorize, metrics }: { authorize: Authorize; metrics: SimulatorMetrics },
): void {
  const traffic = new Traffic({
    amount: config.autoStreamAmount,
    currency: config.autoStreamCurrency,
    paymentPrefix: config.autoStreamPaymentPrefix,
    orderPrefix: config.autoStreamOrderPrefix,
  }, { now: systemClock.now, random, run: newId().slice(0, 8) });
  const stream = runAutoStream({
    rps: config.autoStreamRps,
    maxConcurrency: config.autoStreamMaxConcurrency,
    next: () => {
      const { authorization, at, done } = traffic.next();
      return async () => {
        const { primary } = await authorize({ authorization, at });
        done();
        return primary.ok ? "accepted" : "failed";
      };
    },
    count: metrics.streamed,
    clock: systemClock,
    draining,
  }).catch(fail);
  defer(() => stream);
  log.info("Streaming {rps} events per second", { rps: config.autoStreamRps });
}
