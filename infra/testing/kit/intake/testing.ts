/** What the tests of the intake share: the app over a fake publish, and signed webhooks. */
import { readConfig } from "#runtime/config.ts";
import { Readiness } from "#runtime/health.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { type Log, silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { createApp } from "../../../../ingest/intake/app.ts";
import { ProviderAccounts } from "../../../../ingest/intake/providers/accounts.ts";
import { createIntakeEvents } from "../../../../ingest/intake/intake_events.ts";
import type { RejectionRecorder } from "../../../../ingest/intake/rejections/recorder.ts";
import { intakeSettings } from "../../../../ingest/intake/settings.ts";
import { signatureOf } from "../provider.ts";

export const PATH = "/api/webhooks/payment-authorized";
export const NOW_S = 1_700_000_000;
export const SECRET = "the-secret-of-the-intake's-tests";
const event = {
  event_id: "evt_1",
  source: "provider",
  payload: { payment_id: "pay_1" },
};

export function intake(
  {
    env = {},
    publish = () => Promise.resolve(),
    apiPages = false,
    log = silentLog(),
    clock = () => NOW_S * 1000,
    recorder,
    accounts = new ProviderAccounts(),
  }: {
    accounts?: ProviderAccounts | (() => ProviderAccounts);
    recorder?: Pick<RejectionRecorder, "refused">;
    /** Milliseconds since the epoch. */
    clock?: () => number;
    env?: Record<string, string>;
    log?: Log;
    apiPages?: boolean;
    publish?: (record: OutgoingRecord) => Promise<void>;
  } = {},
) {
  const published: OutgoingRecord[] = [];
  const metrics = new Metrics("intake");
  const app = createApp({
    accounts: typeof accounts === "function" ? accounts : () => accounts,
    config: readConfig("intake", intakeSettings, {
      PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
      ...env,
    }),
    publish: async (record) => {
      await publish(record);
      published.push(record);
    },
    events: createIntakeEvents({
      metrics,
      log,
      clock,
      queuedBytes: () => 42,
      maxQueuedBytes: 1_000,
    }),
    readiness: new Readiness(),
    clock,
    apiPages,
    recorder,
  });
  return { app, published, metrics };
}

type Webhook = {
  body?: unknown;
  bytes?: Uint8Array<ArrayBuffer>;
  timestamp?: string;
  secret?: string;
  headers?: Record<string, string>;
};

export function webhook(
  {
    body = event,
    bytes = new TextEncoder().encode(JSON.stringify(body)),
    timestamp = String(NOW_S),
    secret = SECRET,
    headers = {},
  }: Webhook = {},
): RequestInit {
  return {
    method: "POST",
    body: bytes,
    headers: {
      "X-Provider-Timestamp": timestamp,
      "X-Provider-Signature": signatureOf(secret, timestamp, bytes),
      ...headers,
    },
  };
}
