import { z } from "zod";
import {
  type Config,
  flag,
  integer,
  list,
  number,
  optional,
  port,
  type Relation,
  type Setting,
  text,
} from "#runtime/config.ts";
import type { serviceSettings } from "#runtime/service_settings.ts";
import { apiPagesSetting } from "../http/api_pages.ts";
import { chosenProviders } from "../provider_accounts/chosen_providers.ts";
import { providersFile } from "../provider_accounts/setting.ts";
import { webhookSecret } from "../webhook_secret.ts";
import { LAST_ATTEMPT_MS } from "./delivery.ts";
import {
  type IncidentKind,
  incidentKinds,
  incidentsNamed,
} from "./incidents/kinds.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { minorUnits } from "./minor_units.ts";
import type { RetryPolicy } from "./retry.ts";

export const simulatorSettings = {
  port: port("EVENTFLOW_SIMULATOR_PORT", {
    fallback: "8003",
    doc: "port of the simulator's HTTP interface",
  }),
  apiPages: apiPagesSetting,
  hosts: hosts("EVENTFLOW_SIMULATOR_HOSTS", {
    doc: "names or addresses by which the simulator is reached, beside those " +
      "of loopback and EVENTFLOW_BIND_HOST, comma-separated; a request for " +
      "another host signs nothing",
  }),
  webhookUrl: webhookUrl("EVENTFLOW_WEBHOOK_URL", {
    fallback: "http://127.0.0.1:8000/api/webhooks/payment-authorized",
    doc: "where webhooks are sent",
  }),
  signingSecret: webhookSecret("EVENTFLOW_WEBHOOK_SIGNING_SECRET", {
    doc: "secret that webhooks are signed with, the intake's",
  }),
  providers: chosenProviders("SIMULATOR_PROVIDERS", {
    doc: "providers whose own webhooks are made up, signed and sent all the " +
      "time, comma-separated, or all that have an account: accounts and " +
      "their secrets are those of EVENTFLOW_PROVIDERS_FILE",
  }),
  providersFile,
  providerRps: number("SIMULATOR_PROVIDER_RPS", {
    fallback: "1",
    min: 0.01,
    max: 1_000,
    doc: "events per second of each account at a provider",
  }),
  disorderRate: number("SIMULATOR_DISORDER_RATE", {
    fallback: "0.05",
    max: 1,
    doc: "share of a payment's events that are sent behind the one that " +
      "follows, 0 to 1, for providers that promise no order",
  }),
  webhookTimeoutSeconds: number("SIMULATOR_WEBHOOK_TIMEOUT_SECONDS", {
    fallback: "3",
    min: 0.01,
    max: 60,
    doc: "seconds an attempt may take",
  }),
  maxAttempts: integer("SIMULATOR_MAX_ATTEMPTS", {
    fallback: "4",
    min: 1,
    max: 100,
    doc: "attempts of a delivery, the first included",
  }),
  backoffBaseSeconds: number("SIMULATOR_BACKOFF_BASE_SECONDS", {
    fallback: "0.5",
    max: 3600,
    doc: "seconds before the second attempt, doubled with each further one",
  }),
  backoffMaxSeconds: number("SIMULATOR_BACKOFF_MAX_SECONDS", {
    fallback: "5",
    max: 3600,
    doc: "longest wait between attempts in seconds, before jitter",
  }),
  backoffJitterSeconds: number("SIMULATOR_BACKOFF_JITTER_SECONDS", {
    fallback: "0.25",
    max: 3600,
    doc: "seconds by which a wait is lengthened at random, at most",
  }),
  retryAfterMaxSeconds: number("SIMULATOR_RETRY_AFTER_MAX_SECONDS", {
    fallback: "10",
    max: 3600,
    doc: "longest wait in seconds a Retry-After header can ask for",
  }),
  duplicateRate: number("SIMULATOR_DUPLICATE_RATE", {
    fallback: "0.05",
    max: 1,
    doc: "share of events that are sent twice, 0 to 1",
  }),
  corruptionRate: number("SIMULATOR_CORRUPTION_RATE", {
    fallback: "0.01",
    max: 1,
    doc: "share of events that are broken on purpose, 0 to 1",
  }),
  customers: integer("SIMULATOR_CUSTOMERS", {
    fallback: "0",
    max: 1_000_000,
    doc: "how many customers there are, who come again with their own cards, " +
      "merchants and amounts, with frauds among them, at all streams: beside " +
      "authorisations the simulator's own stream then sends captures, " +
      "refunds, declines and disputes too. 0: each payment is of somebody " +
      "unknown, and the own stream sends authorisations alone; " +
      "`deno task up` says 10000",
  }),
  seed: integer("SIMULATOR_SEED", {
    fallback: "1",
    max: 0xffff_ffff,
    doc:
      "what customers, cards and merchants are made of: the same after a restart",
  }),
  fraudRate: number("SIMULATOR_FRAUD_RATE", {
    fallback: "0.01",
    max: 1,
    doc: "share of customers' payments, 0 to 1, that are frauds, about",
  }),
  disputeDelaySeconds: number("SIMULATOR_DISPUTE_DELAY_SECONDS", {
    fallback: "120",
    min: 1,
    max: 5_000_000,
    doc: "seconds after which a customer's payment is disputed at the " +
      "earliest, which takes 7 days in life; captures and refunds follow as " +
      "much sooner",
  }),
  incidents: incidents("SIMULATOR_INCIDENTS", {
    doc: "incidents that are on from the start, comma-separated, as the " +
      `option --incident of deno task simulate: ${incidentKinds.join(", ")}`,
  }),
  autoStreamEnabled: flag("SIMULATOR_AUTO_STREAM_ENABLED", {
    fallback: "false",
    doc: "whether payments are made up and sent all the time",
  }),
  autoStreamRps: number("SIMULATOR_AUTO_STREAM_RPS", {
    fallback: "5",
    min: 0.01,
    max: 10_000,
    doc: "events of the stream per second",
  }),
  autoStreamMaxConcurrency: integer("SIMULATOR_AUTO_STREAM_MAX_CONCURRENCY", {
    fallback: "64",
    min: 1,
    max: 10_000,
    doc:
      "deliveries of the stream under way at once; past it events are skipped",
  }),
  autoStreamAmount: amount("SIMULATOR_AUTO_STREAM_AMOUNT", {
    fallback: "49.90",
    doc: "amount around which the stream's amounts lie",
  }),
  autoStreamCurrency: currency("SIMULATOR_AUTO_STREAM_CURRENCY", {
    fallback: "USD",
    doc: "the stream's most frequent currency",
  }),
  autoStreamPaymentPrefix: text("SIMULATOR_AUTO_STREAM_PAYMENT_PREFIX", {
    fallback: "pay_stream",
    doc: "how the stream's payment ids begin",
  }),
  autoStreamOrderPrefix: text("SIMULATOR_AUTO_STREAM_ORDER_PREFIX", {
    fallback: "ord_stream",
    doc: "how the stream's order ids begin",
  }),
};

type SimulatorConfig = Config<typeof simulatorSettings>;

export const simulatorRelations: readonly Relation<
  typeof simulatorSettings & typeof serviceSettings
>[] = [
  (config) =>
    config.backoffBaseSeconds <= config.backoffMaxSeconds
      ? undefined
      : "SIMULATOR_BACKOFF_BASE_SECONDS must be <= " +
        `SIMULATOR_BACKOFF_MAX_SECONDS: current values ${config.backoffBaseSeconds} ` +
        `and ${config.backoffMaxSeconds}`,
  ({ providers, providersFile }) =>
    providers === undefined || providersFile !== undefined
      ? undefined
      : "EVENTFLOW_PROVIDERS_FILE must be set, as providers are simulated: it " +
        "has their accounts",
  ({ incidents, customers }) =>
    incidents?.includes("fraud-ring") && customers === 0
      ? "SIMULATOR_CUSTOMERS must be more than 0, as SIMULATOR_INCIDENTS has fraud-ring"
      : undefined,
  ({ autoStreamAmount, autoStreamCurrency }) =>
    minorUnits(autoStreamAmount, decimalsOf(autoStreamCurrency)) !== undefined
      ? undefined
      : "SIMULATOR_AUTO_STREAM_AMOUNT must have no more decimals than " +
        `${autoStreamCurrency}, but is ${JSON.stringify(autoStreamAmount)}`,
  // Draining lets an attempt under way end, and after it one last attempt and one duplicate.
  ({ webhookTimeoutSeconds, drainTimeoutMs }) =>
    webhookTimeoutSeconds * 1000 + 2 * LAST_ATTEMPT_MS < drainTimeoutMs
      ? undefined
      : "EVENTFLOW_DRAIN_TIMEOUT_MS must be more than " +
        `SIMULATOR_WEBHOOK_TIMEOUT_SECONDS and ${2 * LAST_ATTEMPT_MS} ms: ` +
        `current values ${drainTimeoutMs} ms and ${webhookTimeoutSeconds} s`,
];

export function retryPolicyOf(config: SimulatorConfig): RetryPolicy {
  return {
    maxAttempts: config.maxAttempts,
    backoffBaseMs: config.backoffBaseSeconds * 1000,
    backoffMaxMs: config.backoffMaxSeconds * 1000,
    backoffJitterMs: config.backoffJitterSeconds * 1000,
    retryAfterMaxMs: config.retryAfterMaxSeconds * 1000,
  };
}

type Options = { fallback: string; doc: string };

function webhookUrl(env: string, options: Options): Setting<string> {
  const must = "must be an http:// or https:// URL without user and password";
  const isWebhookUrl = (value: string) => {
    const url = URL.parse(value);
    return url !== null && /^https?:$/.test(url.protocol) &&
      url.username === "" && url.password === "";
  };
  return { env, ...options, schema: z.string().refine(isWebhookUrl, must) };
}

function hosts(
  env: string,
  options: { doc: string },
): Setting<string[] | undefined> {
  const names = list(env, options);
  const isHost = (host: string) =>
    URL.parse(`http://${host}/`)?.hostname === host.toLowerCase();
  return optional({
    ...names,
    schema: names.schema.refine(
      (entries) => entries.every(isHost),
      "must be names or addresses without a port, an IPv6 address in brackets",
    ),
  });
}

function incidents(
  env: string,
  options: { doc: string },
): Setting<readonly IncidentKind[] | undefined> {
  return optional({
    env,
    ...options,
    schema: z.string().transform((text, context) => {
      const named = incidentsNamed(text);
      if ("kinds" in named) return named.kinds;
      context.addIssue(`must be some of ${incidentKinds.join(", ")}`);
      return z.NEVER;
    }),
  });
}

/** A decimal above 0 as text, so that it is never a float. At most 9 digits before the point. */
function amount(env: string, options: Options): Setting<string> {
  const must = "must be a decimal number above 0";
  return {
    env,
    ...options,
    schema: z.string().regex(/^(?=.*[1-9])\d{1,9}(\.\d{1,6})?$/, must),
  };
}

function currency(env: string, options: Options): Setting<string> {
  return {
    env,
    ...options,
    schema: z.string()
      .regex(/^[a-z]{3}$/i, "must be three letters")
      .transform((value) => value.toUpperCase()),
  };
}
