import type { Service } from "#runtime/lifecycle.ts";
import { servesApiPages } from "../http/api_pages.ts";
import { serveHttp } from "../http/http_server.ts";
import { createApp } from "./app.ts";
import { createAuthorize } from "./authorization.ts";
import { runAutoStream } from "./auto_stream.ts";
import { systemClock } from "./clock.ts";
import { createDelivery } from "./delivery.ts";
import { Incidents } from "./incidents/incidents.ts";
import { liveCustomers } from "./incidents/live_customers.ts";
import type { Webhook } from "./message.ts";
import {
  OWN_PROVIDER,
  type SimulatorMetrics,
  simulatorMetrics,
} from "./metrics.ts";
import { retryPolicyOf, simulatorSettings } from "./settings.ts";
import { ownWebhook } from "./signature.ts";
import {
  authorizationsOnly,
  type NextEvent,
  paymentsOfCustomers,
} from "./own_stream.ts";
import { createSendEvent } from "./send_event.ts";
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
  const incidents = new Incidents({
    now: systemClock.now,
    count: (provider, kind) => all[provider].incidentAt(kind),
  });
  switchOnAtStart(service, incidents);
  const customersOf = liveCustomers({
    customers: config.customers,
    seed: config.seed,
    fraudRate: config.fraudRate,
    disputeDelayMs: config.disputeDelaySeconds * 1000,
    random,
  });
  const chorus = await openChorus(service, {
    metrics: all,
    deliveryOf,
    incidents,
    customersOf,
    clock: systemClock,
    random,
  });
  const send = createSendEvent({
    deliver,
    rates: {
      corruption: config.corruptionRate,
      duplicate: config.duplicateRate,
    },
    random,
    metrics,
    log,
  });
  const authorize = createAuthorize({
    send,
    clock: systemClock,
    newId,
    metrics,
  });
  const app = createApp({
    authorize,
    incidents: {
      incidents,
      senders: () => [
        ...config.autoStreamEnabled ? [OWN_PROVIDER] as const : [],
        ...chorus.providers,
      ],
      hasCustomers: config.customers > 0,
      now: systemClock.now,
    },
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
  const incidentsAt = incidents.at(OWN_PROVIDER);
  const traffic = {
    amount: config.autoStreamAmount,
    currency: config.autoStreamCurrency,
    paymentPrefix: config.autoStreamPaymentPrefix,
    orderPrefix: config.autoStreamOrderPrefix,
  };
  const parts = {
    incidents: incidentsAt,
    now: systemClock.now,
    random,
    newId,
  };
  const customers = customersOf?.(incidentsAt, metrics);
  const next = customers === undefined
    ? authorizationsOnly(traffic, { ...parts, authorize })
    : paymentsOfCustomers(traffic, { ...parts, customers, send, metrics });
  if (config.autoStreamEnabled) startStream(service, { next, metrics });
  chorus.start();
}

/** At the providers that were named, or at all that are simulated. */
function switchOnAtStart(
  { config, log }: SimulatorService,
  incidents: Incidents,
): void {
  const { incidents: kinds = [], providers } = config;
  for (const kind of kinds) {
    const its = providers === undefined || providers === "all"
      ? [undefined]
      : providers;
    for (const provider of its) {
      incidents.switchOn({ kind, ...provider !== undefined && { provider } });
    }
  }
  if (kinds.length > 0) {
    log.info("Incidents are on: {kinds}", { kinds: kinds.join(", ") });
  }
}

function startStream(
  { config, draining, defer, fail, log }: SimulatorService,
  { next, metrics }: { next: NextEvent; metrics: SimulatorMetrics },
): void {
  const stream = runAutoStream({
    rps: config.autoStreamRps,
    maxConcurrency: config.autoStreamMaxConcurrency,
    next,
    count: metrics.streamed,
    clock: systemClock,
    draining,
  }).catch(fail);
  defer(() => stream);
  log.info("Streaming {rps} events per second", { rps: config.autoStreamRps });
}
