import assert from "node:assert/strict";
import { test } from "node:test";
import { amountLiteral } from "#contracts/amount_literal.ts";
import { eventTypeNames } from "#contracts/events/registry.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { Random } from "#kit/random.ts";
import { adyenExponents } from "./exponents/adyen.ts";
import { paypalExponents } from "./exponents/paypal.ts";
import { stripeExponents } from "./exponents/stripe.ts";
import type { Exponents } from "./money.ts";
import {
  sentWebhook,
  type WebhookFixture,
  webhookFixtures,
} from "#kit/validator/webhooks.ts";
import { eventTextOf } from "./event_text.ts";
import { itemsOf } from "./items.ts";

type Written = { readonly minor: string; readonly currency: string };

/** How a provider writes an amount into its webhook, as JSON text, in place of each amount that is there. */
type Provider = {
  readonly exponents: Exponents;
  /** A currency of each class, and those that differ from ISO 4217. */
  readonly currencies: Readonly<Record<string, number>>;
  write(text: string, money: Written & { exponent: number }): string;
};

const number = (key: string, text: string, digits: string) =>
  text.replaceAll(new RegExp(`"${key}":\\d+`, "g"), `"${key}":${digits}`);

const providers: Readonly<Record<string, Provider>> = {
  stripe: {
    exponents: stripeExponents,
    currencies: { jpy: 0, eur: 2, kwd: 3, isk: 2, mga: 0, huf: 2, clp: 0 },
    write: (text, { minor, currency }) =>
      number("amount_captured", number("amount", text, minor), minor)
        .replaceAll(/"currency":"\w+"/g, `"currency":"${currency}"`),
  },
  adyen: {
    exponents: adyenExponents,
    currencies: { JPY: 0, EUR: 2, BHD: 3, CLP: 2, ISK: 2, IDR: 0, CVE: 0 },
    write: (text, { minor, currency }) =>
      number("value", text, minor)
        .replaceAll(/"currency":"\w+"/g, `"currency":"${currency}"`),
  },
  paypal: {
    exponents: paypalExponents,
    // It has no currency of three decimals.
    currencies: { JPY: 0, EUR: 2, HUF: 0, TWD: 0 },
    write: (text, { minor, currency, exponent }) =>
      text.replaceAll(
        /"(value|total)":"[\d.]+"/g,
        (_, key) => `"${key}":"${shifted(minor, exponent)}"`,
      ).replaceAll(
        /"(currency(?:_code)?)":"\w+"/g,
        (_, key) => `"${key}":"${currency}"`,
      ),
  },
};

const random = new Random(1979);
const amounts = [
  "1",
  "9",
  "10",
  "99",
  "100",
  "101",
  "115",
  "4990",
  "100000",
  "999999999999999",
  "123456789012345",
  ...Array.from({ length: 20 }, () => String(random.integer(1, 2 ** 48))),
];

for (
  const [provider, { exponents, currencies, write }] of Object.entries(
    providers,
  )
) {
  for (const type of eventTypeNames) {
    test(`money of ${type} by ${provider} is exact in each class of currency`, () => {
      const fixture = fixtureOf(provider, type);
      for (const [currency, exponent] of Object.entries(currencies)) {
        for (const minor of amounts) {
          const sent = {
            ...fixture.sent,
            text: write(textOf(fixture), { minor, currency, exponent }),
          };
          assert.equal(
            literalOf(fixture, sent, type),
            shifted(minor, exponent),
            `${minor} ${currency}`,
          );
        }
      }
    });
  }

  test(`each currency of ${provider} has the decimals of its table`, () => {
    for (const [currency, exponent] of Object.entries(currencies)) {
      assert.equal(exponents.get(currency.toUpperCase()), exponent, currency);
    }
  });
}

/** What a sheet of paper says: by whole numbers, without a double. */
function shifted(minor: string, exponent: number): string {
  const unit = 10n ** BigInt(exponent);
  const rest = String(BigInt(minor) % unit).padStart(exponent, "0");
  const whole = String(BigInt(minor) / unit);
  return exponent === 0 ? whole : `${whole}.${rest}`;
}

/** A webhook that makes one fact of the type, in a currency of the provider. */
function fixtureOf(provider: string, type: string): WebhookFixture {
  const found = webhookFixtures(provider).find(({ mapping, sent }) =>
    itemsOf(mapping, sentWebhook(sent)).filter((item) =>
      item.kind === "fact" && item.fact.type === type
    ).length === 1
  );
  return found ?? assert.fail(`No fixture of ${provider} makes ${type}`);
}

function textOf({ sent }: WebhookFixture): string {
  return JSON.stringify(sent.body);
}

/** The amount as the event's JSON writes it. */
function literalOf(
  { mapping, provider }: WebhookFixture,
  sent: JsonObject,
  type: string,
): string {
  const literals = itemsOf(mapping, sentWebhook(sent)).flatMap((item) =>
    item.kind === "fact" && item.fact.type === type
      ? [
        amountLiteral(eventTextOf(item.fact, { provider, account: "default" })),
      ]
      : []
  );
  assert.equal(literals.length, 1, JSON.stringify(sent));
  return literals[0] ?? "";
}
