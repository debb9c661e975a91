import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { madeUp, voices } from "#kit/simulator/test_voices.ts";
import { accountsIn } from "../../provider_accounts/accounts.ts";
import { chosenAccounts, readersOf } from "./accounts.ts";

const read = (...accounts: unknown[]) =>
  accountsIn(JSON.stringify({ accounts }), {
    from: "A test",
    readers: readersOf(voices),
    environment: "development",
  });

/** Of Ed25519, in base64. */
function anyPublicKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  // Its form begins with twelve bytes that say what it is (RFC 8410).
  const form = publicKey.export({ type: "spki", format: "der" });
  return Uint8Array.from(form.subarray(12)).toBase64();
}

const stripe = { provider: "stripe", ...madeUp("stripe") };
const eu = { ...stripe, account: "eu" };
const adyen = { provider: "adyen", ...madeUp("adyen") };

test("all accounts of the providers that are chosen are spoken for, and no others", () => {
  const names = (...of: Parameters<typeof chosenAccounts>) =>
    chosenAccounts(...of).map(({ reader, account }) =>
      `${reader.name}/${account}`
    );
  const all = read(stripe, eu, adyen);
  assert.deepEqual(names(all, ["stripe"]), ["stripe/default", "stripe/eu"]);
  assert.equal(names(all, "all").length, 3);
});

for (
  const [what, accounts, providers, sentence] of [
    [
      "has no account",
      [stripe],
      ["square", "stripe"] as const,
      /no account of square\.$/,
    ],
    [
      "is in an empty file",
      [],
      "all" as const,
      /no account of any provider\.$/,
    ],
    [
      "is PayPal without a stand-in",
      [{ provider: "paypal", webhook_id: "4JH86294D6297924G" }],
      "all" as const,
      /paypal\/default cannot be simulated: it must have development, as nobody but PayPal/,
    ],
    [
      "has public keys alone",
      [{
        provider: "standard-webhooks",
        public_keys: [`whpk_${anyPublicKey()}`],
      }],
      "all" as const,
      /standard-webhooks\/default cannot be simulated: it must have secrets/,
    ],
  ] as const
) {
  test(`a provider that ${what} is one sentence, and the exit code of settings`, () => {
    assert.throws(
      () => chosenAccounts(read(...accounts), providers),
      (error) =>
        error instanceof StartError && error.exitCode === exitCodes.config &&
        sentence.test(error.message),
    );
  });
}

test("32 bytes that are no public key are one sentence", () => {
  const public_keys = [`whpk_${new Uint8Array(32).fill(7).toBase64()}`];
  assert.throws(
    () => read({ provider: "standard-webhooks", public_keys }),
    /public_keys\.0 must be whpk_ and the 32 bytes of an Ed25519 key in base64\.$/,
  );
});
