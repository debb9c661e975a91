/**
 * Everything a provider, a bug or an attacker may send, and what each should come to.
 *
 * @module
 */
import type { ErrorCode } from "#contracts/error_codes.ts";
import { webhookHeaders } from "#contracts/headers.ts";
import { type Payment, paymentJson } from "./payment.ts";
import { signed, type Webhook } from "./provider.ts";
import type { Random } from "./random.ts";

/** What becomes of an accepted event; `undefined` if the intake refuses it. */
export type Fate = "row" | "duplicate" | ErrorCode | undefined;

export type Request = {
  readonly kind: string;
  readonly webhook: Webhook;
  readonly payment: Payment;
  /** The key of its record. */
  readonly key: string;
  readonly status: number;
  readonly fate: Fate;
};

type Kind = {
  /** How often it occurs beside the others. */
  readonly weight: number;
  readonly status: number;
  readonly fate?: Fate;
  /** Changes the payment that is sent. */
  readonly payment?: (payment: Payment) => Payment;
  /** Changes the payment's JSON text. */
  readonly body?: (json: string) => string;
  readonly webhook?: (webhook: Webhook) => Webhook;
  readonly key?: (payment: Payment) => string;
};

const now = Math.floor(Date.now() / 1000);
const beyondTolerance = 600;

const replaced = (from: RegExp, to: string) => (json: string) => {
  if (!from.test(json)) throw new Error(`${json} has nothing like ${from}`);
  return json.replace(from, to);
};
const withoutHeader = (name: string) => ({ body, headers }: Webhook) => ({
  body,
  headers: Object.fromEntries(
    Object.entries(headers).filter(([one]) => one !== name),
  ),
});
const withHeader = (name: string, value: string) => (webhook: Webhook) => ({
  ...webhook,
  headers: { ...webhook.headers, [name]: value },
});

const accepted = (fate: Fate, rest: Partial<Kind> = {}): Kind => ({
  weight: 1,
  status: 202,
  fate,
  ...rest,
});
const refused = (status: number, rest: Partial<Kind>): Kind => ({
  weight: 1,
  status,
  ...rest,
});

const kinds: Record<string, Kind> = {
  good: accepted("row", { weight: 40 }),
  // The two that repeat an earlier good event of their payment.
  exactDuplicate: accepted("duplicate", { weight: 5 }),
  conflictingDuplicate: accepted("conflicting_duplicate", {
    weight: 4,
    payment: (payment) => ({ ...payment, amount: `1${payment.amount}` }),
  }),

  missingProviderAuthId: accepted("contract_violation", {
    body: replaced(/"provider_auth_id":"[^"]*",/, ""),
  }),
  negativeAmount: accepted("contract_violation", {
    body: replaced(/"amount":/, '"amount":-'),
  }),
  blankOrderId: accepted("contract_violation", {
    body: replaced(/"order_id":"[^"]*"/, '"order_id":""'),
  }),
  lowercaseCurrency: accepted("contract_violation", {
    payment: (payment) => ({
      ...payment,
      currency: payment.currency.toLowerCase(),
    }),
  }),
  noPaymentAtAll: accepted("contract_violation", {
    body: replaced(/,"payload":.*/, "}"),
    key: ({ eventId }) => eventId,
  }),
  unknownCurrency: accepted("unknown_currency", {
    payment: (payment) => ({ ...payment, currency: "QQQ" }),
  }),
  tooManyDecimals: accepted("too_many_decimals", {
    payment: (payment) => ({ ...payment, amount: "10.0001" }),
  }),
  decimalOfAYen: accepted("too_many_decimals", {
    payment: (payment) => ({ ...payment, amount: "10.5", currency: "JPY" }),
  }),
  unknownEventType: accepted("unknown_event_type", {
    body: replaced(/payment\.authorized\.v1/, "payment.settled.v1"),
  }),
  tooDeep: accepted("too_deep", {
    body: replaced(
      /}}$/,
      `,"deep":${"[".repeat(200)}${"]".repeat(200)}}}`,
    ),
  }),

  notJson: refused(400, { body: replaced(/}$/, "") }),
  byteOrderMark: refused(400, { body: () => "\ufeff{}" }),
  array: refused(400, { body: (json) => `[${json}]` }),
  null: refused(400, { body: () => "null" }),
  text: refused(400, { body: (json) => JSON.stringify(json) }),
  emptyBody: refused(400, { body: () => "" }),
  oversized: refused(413, {
    weight: 0.3,
    body: replaced(/}$/, `,"padding":"${"x".repeat(1024 * 1024)}"}`),
  }),
  otherSecret: refused(401, {
    webhook: ({ body }) => signed(body, { secret: "not-the-secret" }),
  }),
  noSignatureAtAll: refused(401, {
    webhook: withHeader(webhookHeaders.signature, "none"),
  }),
  oneByteChanged: refused(401, {
    webhook: ({ body, headers }) => ({
      body: body.replace(/"event_id":"./, '"event_id":"x'),
      headers,
    }),
  }),
  staleTimestamp: refused(401, {
    webhook: ({ body }) => signed(body, { at: now - beyondTolerance }),
  }),
  futureTimestamp: refused(401, {
    webhook: ({ body }) => signed(body, { at: now + beyondTolerance }),
  }),
  otherTimestamp: refused(401, {
    webhook: withHeader(webhookHeaders.timestamp, String(now - 7)),
  }),
  timestampNoInteger: refused(400, {
    webhook: withHeader(webhookHeaders.timestamp, "12.5"),
  }),
  missingTimestamp: refused(422, {
    webhook: withoutHeader(webhookHeaders.timestamp),
  }),
  missingSignature: refused(422, {
    webhook: withoutHeader(webhookHeaders.signature),
  }),
};

export const kindNames: readonly string[] = Object.keys(kinds);

/**
 * Makes requests, a sequence for each payment. Only within a sequence does the order of requests decide
 * about their fate.
 */
export function makeTraffic(
  random: Random,
  requests: number,
): Request[][] {
  const sequences: Request[][] = [];
  for (let made = 0; made < requests;) {
    const length = Math.min(random.integer(1, 8), requests - made);
    made += length;
    sequences.push(makeSequence(random, `pay-${sequences.length}`, length));
  }
  return sequences;
}

function makeSequence(
  random: Random,
  paymentId: string,
  length: number,
): Request[] {
  const good: Payment[] = [];
  return Array.from({ length }, (_, index) => {
    const name = random.weighted(
      Object.entries(kinds).map(([kind, { weight }]) =>
        [
          kind,
          good.length === 0 && /Duplicate/.test(kind) ? 0 : weight,
        ] as const
      ),
    );
    const kind = kinds[name] ?? accepted("row");
    const payment = /Duplicate/.test(name)
      ? random.oneOf(good)
      : newPayment(random, paymentId, index);
    if (name === "good") good.push(payment);
    const sent = kind.payment?.(payment) ?? payment;
    const json = paymentJson(sent);
    const webhook = signed(kind.body?.(json) ?? json);
    return {
      kind: name,
      webhook: kind.webhook?.(webhook) ?? webhook,
      payment: sent,
      key: kind.key?.(sent) ?? paymentId,
      status: kind.status,
      fate: kind.fate,
    };
  });
}

function newPayment(
  random: Random,
  paymentId: string,
  index: number,
): Payment {
  const whole = random.integer(1, 99_999);
  const cents = String(random.integer(0, 99)).padStart(2, "0");
  const [amount, currency] = random.oneOf(
    [
      [`${whole}.${cents}`, "EUR"],
      [`${whole}.5`, "USD"],
      [`${whole}`, "JPY"],
      [`${whole}.${cents}5`, "KWD"],
      // More digits than a double holds, and still one below what a payment may have.
      [`900719925${String(whole).padStart(5, "0")}.${cents}5`, "KWD"],
    ] as const,
  );
  return {
    eventId: `${paymentId}-event-${index}`,
    paymentId,
    amount,
    currency,
  };
}
