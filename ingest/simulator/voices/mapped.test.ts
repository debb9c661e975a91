import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { z } from "zod";
import { headers, httpHeader } from "#contracts/headers.ts";
import {
  madeUp,
  momentAt,
  NOW_MS,
  paymentOf,
  voices,
} from "#kit/simulator/test_voices.ts";
import {
  type MappedItem,
  mapWebhook,
} from "../../../workers/validator/mapping/map_webhook.ts";
import { newInstrument, Population } from "../customers/population.ts";
import { type Purchase, usualPurchase } from "../customers/purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { corruptMoment } from "./corruption.ts";
import { type Moment, type Step, steps } from "./life.ts";
import { decimalText } from "./money.ts";
import { paymentFor } from "./payment.ts";
import { messageOf } from "./speaker.ts";
import type { AnyVoice } from "./voices.ts";

/** What each step is, in our own words. */
const types: Readonly<Partial<Record<Step, string>>> = {
  authorized: PAYMENT_AUTHORIZED,
  captured: PAYMENT_CAPTURED,
  partially_refunded: PAYMENT_REFUNDED,
  refunded: PAYMENT_REFUNDED,
  failed: PAYMENT_FAILED,
  canceled: PAYMENT_CANCELED,
  dispute_opened: PAYMENT_DISPUTED,
  dispute_won: PAYMENT_DISPUTED,
  dispute_lost: PAYMENT_DISPUTED,
};

/** What the validator makes of a moment as a voice tells it. */
function itemsOf(voice: AnyVoice, moment: Moment) {
  const account = voice.settings.parse(madeUp(voice.provider));
  const sent = voice.sign(messageOf(voice, moment), account, NOW_MS);
  const header = (name: string, value: string) => ({
    name,
    value: Buffer.from(value),
  });
  const mapped = mapWebhook({
    value: Buffer.from(sent.body),
    headers: [
      header(headers.provider, voice.provider),
      header(headers.account, "default"),
      header(headers.receivedAt, String(NOW_MS)),
      ...Object.entries(sent.headers).map(([name, value]) =>
        header(httpHeader(name.toLowerCase()), value)
      ),
    ],
  });
  assert.ok(mapped);
  return mapped.items;
}

/** The event of a type, if there is one. */
function factIn(items: readonly MappedItem[], type: string) {
  const events = items.filter((one) => one.kind === "event");
  return events.find(({ event }) => event.event_type === type);
}

for (const voice of voices) {
  const told = steps.filter((step) => !voice.silent.includes(step));

  test(`what ${voice.provider} tells becomes the fact that it is, to the last digit`, () => {
    const currencies = new Set<string>();
    for (const step of told) {
      const type = types[step];
      if (type === undefined) continue;
      for (let seed = 1; seed <= 40; seed++) {
        const moment = momentAt(paymentOf(voice, seed), step, { nth: 1 });
        const { payment, amount } = moment;
        currencies.add(payment.currency);
        const items = itemsOf(voice, moment);
        const about = `${step} in ${payment.currency}: ${
          JSON.stringify(items)
        }`;
        const fact = factIn(items, type);
        assert.ok(fact, about);
        assert.ok(
          items.every(({ kind }) => kind === "event"),
          about,
        );
        const value = fact.value.toString();
        const [, digits = ""]: readonly string[] =
          /"amount":\s*(-?[\d.]+)/.exec(value) ?? [];
        assert.equal(
          withoutZeros(digits),
          withoutZeros(decimalText(amount, payment.decimals)),
          about,
        );
        assert.equal(fact.event.payload.currency, payment.currency, about);
      }
    }
    assert.deepEqual(
      [...currencies].toSorted(),
      Object.keys(voice.currencies).toSorted(),
    );
  });

  test(`what ${voice.provider} tells of something else is no fact`, () => {
    for (const step of ["unrelated", "unmapped"] as const) {
      const items = itemsOf(voice, momentAt(paymentOf(voice), step));
      assert.ok(items.every(({ kind }) => kind === "unmapped"), step);
      if (step === "unmapped") assert.equal(items.length, 1);
    }
  });

  test(`what ${voice.provider} tells of a negative amount, or in no currency, is refused`, () => {
    for (const mode of ["negative_amount", "unknown_currency"] as const) {
      const moment = momentAt(paymentOf(voice), "captured");
      const items = itemsOf(voice, corruptMoment(moment, mode));
      assert.ok(items.length > 0, mode);
      assert.ok(
        items.every(({ kind }) => kind === "refused"),
        `${mode}: ${JSON.stringify(items)}`,
      );
    }
  });
}

/** Providers whose webhooks say who paid, and by which the same card is known again. */
const withCustomer = [
  "adyen",
  "braintree",
  "checkout",
  "paypal",
  "paystack",
  "razorpay",
  "square",
  "standard-webhooks",
  "stripe",
];
const withFingerprint = withCustomer.filter((name) =>
  name !== "paypal" && name !== "razorpay"
);

for (const voice of voices) {
  test(`the same customer of ${voice.provider} is known again by another payment, as far as it says so`, () => {
    const population = new Population({ seed: 1, customers: 9 });
    const usual = usualPurchase(population, {
      atMs: 0,
      random: seededRandom(1),
    });
    const story = { decline: "do_not_honor", complaint: "fraud" } as const;
    const payloadOf = (purchase: Purchase, seed: number) => {
      const payment = paymentFor(purchase, {
        ...voice,
        story,
        random: seededRandom(seed),
      });
      const step = voice.silent.includes("authorized")
        ? "captured"
        : "authorized";
      const [item] = itemsOf(voice, momentAt(payment, step));
      assert.ok(item?.kind === "event", JSON.stringify(item));
      const { customer_id, merchant_id, instrument, payment_id } = Shopper
        .parse(item.event.payload);
      const fingerprint = instrument?.fingerprint;
      return { known: { customer_id, merchant_id, fingerprint }, payment_id };
    };
    const [one, again] = [payloadOf(usual, 1), payloadOf(usual, 2)];
    assert.notEqual(again.payment_id, one.payment_id);
    assert.deepEqual(again.known, one.known);
    const { customer_id, fingerprint } = one.known;
    assert.equal(
      customer_id !== undefined,
      withCustomer.includes(voice.provider),
    );
    assert.equal(
      fingerprint !== undefined,
      withFingerprint.includes(voice.provider),
    );
    const other = payloadOf({
      ...usual,
      customer: "c99",
      instrument: newInstrument("c99i", seededRandom(9)),
    }, 3);
    if (customer_id) assert.notEqual(other.known.customer_id, customer_id);
    if (fingerprint) assert.notEqual(other.known.fingerprint, fingerprint);
  });
}

const Shopper = z.looseObject({
  payment_id: z.string(),
  customer_id: z.string().optional(),
  merchant_id: z.string().optional(),
  instrument: z.looseObject({ fingerprint: z.string().optional() }).optional(),
});

function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
