import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderAccounts } from "./accounts.ts";

const read = (...accounts: unknown[]) =>
  ProviderAccounts.in(JSON.stringify({ accounts }), "providers.json");

test("accounts are found by provider and name, and the only one of a provider by the provider alone", () => {
  const accounts = read(
    { provider: "stripe", secrets: ["whsec_a"] },
    { provider: "stripe", account: "eu", secrets: { "2026": "whsec_b" } },
  );
  assert.equal(accounts.find("stripe")?.account, "default");
  assert.deepEqual(accounts.find("stripe", "eu")?.settings, {
    secrets: [{ id: "2026", text: "whsec_b" }],
    tolerance_seconds: 300,
  });
  assert.equal(accounts.find("stripe", "us"), undefined);
  assert.equal(accounts.find("square"), undefined);
});

for (
  const [account, sentence] of [
    [
      { provider: "strype", secrets: ["x"] },
      /strype\/default: provider must be one of adyen, braintree, checkout, paypal, paystack, razorpay, shopify, square, standard-webhooks, stripe\.$/,
    ],
    [
      { provider: "standard-webhooks", secrets: ["whsec_not base64!"] },
      /standard-webhooks\/default: secrets\.0 must be whsec_ and 24 to 64 bytes in base64\.$/,
    ],
    [
      { provider: "square", secrets: ["x"] },
      /square\/default: notification_url must be there/,
    ],
    [
      { provider: "adyen", secrets: ["not hex"] },
      /adyen\/default: secrets\.0 must be an HMAC key in hex/,
    ],
    [
      { provider: "stripe", secrets: ["whsec_x"], tolerance_seconds: "300" },
      /stripe\/default: tolerance_seconds must be a number, not a string\.$/,
    ],
    [
      { provider: "stripe", secrets: 7 },
      /stripe\/default: secrets must be an array, not a number\.$/,
    ],
    [{ provider: "stripe" }, /stripe\/default: secrets must be there\.$/],
    [
      { provider: "stripe", secret: "whsec_x" },
      /stripe\/default: .*secret/,
    ],
    [
      { provider: "stripe", secrets: ["whsec_y"], retired: ["whsec_x "] },
      /stripe\/default: retired\.0 must not begin or end with white space\.$/,
    ],
    [
      { provider: "stripe", retired: ["whsec_x"] },
      /stripe\/default: secrets must be there\.$/,
    ],
    [
      { provider: "razorpay", account: "No Such Name", secrets: ["x"] },
      /accounts\.0\.account must be a short name/,
    ],
  ] as const
) {
  test(`what is wrong with an account is one sentence: ${sentence}`, () => {
    assert.throws(() => read(account), (error: Error) => {
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /not base64!|not hex|whsec_x/);
      return true;
    });
  });
}

test("an account that is there twice is one too many", () => {
  const one = { provider: "razorpay", secrets: ["x"] };
  assert.throws(() => read(one, one), /razorpay\/default is there twice/);
});

test("what is no JSON is not quoted", () => {
  assert.throws(
    () => ProviderAccounts.in('{"secrets": whsec_x', "providers.json"),
    /^ConfigError: providers\.json is not JSON\.$/,
  );
});
