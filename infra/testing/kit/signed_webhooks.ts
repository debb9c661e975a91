/**
 * Webhooks of several things, signed as Stripe and Adyen sign, for scenarios. It shares no code with what it is answered by.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const STRIPE_SECRET = "whsec_of_the_scenario";
const ADYEN_KEY = "ab".repeat(32);

/** Writes the file of accounts that takes these webhooks in, and says where it is. */
export async function writeAccounts(
  folder: string,
  stripeSecrets: readonly unknown[] = [STRIPE_SECRET],
): Promise<string> {
  const file = join(folder, "providers.json");
  const accounts = [
    { provider: "stripe", secrets: stripeSecrets },
    { provider: "adyen", secrets: [ADYEN_KEY] },
  ];
  // Exchanged whole, as whoever mounts a secret does.
  await writeFile(`${file}.next`, JSON.stringify({ accounts }));
  await rename(`${file}.next`, file);
  return file;
}

export type SignedWebhook = {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** A charge that is captured at once: an authorisation and a capture. Of another type it is what that says of it. */
export function stripeCharge(
  {
    id = randomUUID(),
    type = "charge.succeeded",
    amount = 4990,
    secret = STRIPE_SECRET,
  }: { id?: string; type?: string; amount?: number; secret?: string } = {},
): SignedWebhook {
  const created = Math.floor(Date.now() / 1000);
  const object = {
    id: `ch_${id}`,
    object: "charge",
    payment_intent: `pi_${id}`,
    amount,
    amount_captured: amount,
    captured: true,
    currency: "eur",
  };
  const body = JSON.stringify({
    id: `evt_${id}`,
    object: "event",
    type,
    created,
    data: { object },
  });
  const signature = createHmac("sha256", secret).update(`${created}.${body}`)
    .digest("hex");
  return {
    path: "/api/webhooks/stripe",
    body,
    headers: { "Stripe-Signature": `t=${created},v1=${signature}` },
  };
}

/**
 * A notification of four: two captures, one that is not mapped, and one in a currency that there is not.
 *
 * @param options whether the last is there
 */
export function adyenNotification(
  { id = randomUUID(), isWhole = true }: { id?: string; isWhole?: boolean } =
    {},
): SignedWebhook {
  const items = [
    adyenItem(`${id}-1`, id, {}),
    adyenItem(`${id}-2`, id, { eventCode: "OF_NO_MAPPING" }),
    adyenItem(`${id}-3`, id, {}),
    adyenItem(`${id}-4`, id, { amount: { value: 100, currency: "XXX" } }),
  ].slice(0, isWhole ? 4 : 3);
  return {
    path: "/api/webhooks/adyen",
    body: JSON.stringify({ live: "false", notificationItems: items }),
    headers: {},
  };
}

function adyenItem(psp: string, payment: string, change: object) {
  const item = {
    pspReference: psp,
    originalReference: payment,
    merchantAccountCode: "Shop",
    merchantReference: `order ${payment}`,
    amount: { value: 1050, currency: "EUR" },
    eventCode: "CAPTURE",
    success: "true",
    eventDate: "2026-01-02T03:04:05+01:00",
    ...change,
  };
  const text = [
    item.pspReference,
    item.originalReference,
    item.merchantAccountCode,
    item.merchantReference,
    item.amount.value,
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(":");
  const hmacSignature = createHmac("sha256", Buffer.from(ADYEN_KEY, "hex"))
    .update(text).digest("base64");
  return {
    NotificationRequestItem: { ...item, additionalData: { hmacSignature } },
  };
}

/** Sends a webhook, and says how it was answered. */
export async function sendSigned(
  intake: string,
  { path, body, headers }: SignedWebhook,
): Promise<number> {
  const response = await fetch(`${intake}${path}`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
  });
  await response.body?.cancel();
  return response.status;
}

/** Sends webhooks by several senders at once until it is stopped; counts the answers. */
export function startSending(
  intake: () => string,
  next: () => SignedWebhook,
  { senders = 4 } = {},
): AsyncDisposable & {
  readonly statuses: ReadonlyMap<number, number>;
  stop(): Promise<void>;
} {
  const statuses = new Map<number, number>();
  let isSending = true;
  const send = async () => {
    while (isSending) {
      const status = await sendSigned(intake(), next());
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const all = Promise.all(Array.from({ length: senders }, send));
  const stop = async () => {
    isSending = false;
    await all;
  };
  return { statuses, stop, [Symbol.asyncDispose]: stop };
}
