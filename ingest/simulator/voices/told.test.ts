import { formIn } from "#contracts/form.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  madeUp,
  momentAt,
  NOW_MS,
  paymentOf,
  voices,
} from "#kit/simulator/test_voices.ts";
import { rows } from "../../intake/providers/rows.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { type Step, steps } from "./life.ts";
import type { Payment } from "./payment.ts";
import { messageOf } from "./speaker.ts";
import type { AnyVoice } from "./voices.ts";

/** What the intake reads of a step: the payment that it is kept by, and the event. */
function readBy(voice: AnyVoice, payment: Payment, step: Step, nth: number) {
  const row = rows.find(({ name }) => name === voice.provider);
  assert.ok(row);
  const message = messageOf(voice, momentAt(payment, step, { nth }));
  const account = voice.settings.parse(madeUp(voice.provider));
  const { body, headers } = voice.sign(message, account, NOW_MS);
  const read = row.form === "form"
    ? { ok: true as const, value: Object.fromEntries(formIn(body)) }
    : parseJsonObject(body);
  assert.ok(read.ok);
  return {
    payment: row.paymentOf(read.value, new Headers(headers)),
    event: row.eventOf(read.value, new Headers(headers)),
    text: new TextDecoder().decode(message.body),
  };
}

const ofPayments = steps.filter((step) =>
  step !== "unrelated" && step !== "unmapped"
);

for (const voice of voices) {
  const told = ofPayments.filter((step) => !voice.silent.includes(step));
  const { provider } = voice;

  test(`all that ${provider} tells of a payment is kept by one key, and another payment by another`, () => {
    const keys = (seed: number) => {
      const payment = paymentOf(voice, seed);
      return new Set(
        told.map((step, nth) => readBy(voice, payment, step, nth).payment),
      );
    };
    // PayPal's refunds and disputes name the capture alone.
    const expected = provider === "paypal" ? 2 : 1;
    const [one, another] = [keys(5), keys(6)];
    assert.equal(one.size, expected, [...one].join(", "));
    assert.ok(!one.has(undefined));
    assert.equal(new Set([...one, ...another]).size, 2 * expected);
  });

  test(`each event of ${provider} has an id of its own`, () => {
    const payment = paymentOf(voice);
    // A dispute is won or lost.
    const events = told.filter((step) => step !== "dispute_lost")
      .map((step, nth) => readBy(voice, payment, step, nth).event);
    assert.ok(!events.includes(undefined), events.join(", "));
    assert.equal(new Set(events).size, events.length);
  });

  test(`in what ${provider} tells there is never a number that could be a card's`, () => {
    const payment = paymentOf(voice);
    const { bin, last4 } = payment.card;
    for (const step of steps.filter((one) => !voice.silent.includes(one))) {
      const { text } = readBy(voice, payment, step, 1);
      assert.doesNotMatch(text, new RegExp(`${bin}\\d*${last4}`));
    }
  });
}
