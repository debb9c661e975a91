import assert from "node:assert/strict";
import { test } from "node:test";
import {
  madeUp,
  momentAt,
  NOW_MS,
  paymentOf,
  verdictOf,
  voices,
} from "#kit/simulator/test_voices.ts";
import { providerNames } from "../../provider_accounts/names.ts";
import { rows } from "../../intake/providers/rows.ts";
import { asStranger, voiceCorruptions } from "./corruption.ts";
import { steps } from "./life.ts";
import { messageOf } from "./speaker.ts";
import type { AnyVoice } from "./voices.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];

/** Another account of the same provider, and one with the keys of both, its own first. */
function rolled({ provider }: AnyVoice) {
  const [own, other] = [madeUp(provider), madeUp(provider)];
  const key = "keys" in own ? "keys" : "secrets";
  const both = {
    ...own,
    [key]: [own, other].flatMap((one) => one[key] ?? []),
  };
  return { own, other, both, hasKeys: key in own };
}

test("each provider that is taken in has a voice", () => {
  const names = [...providerNames].toSorted();
  assert.deepEqual(voices.map(({ provider }) => provider).toSorted(), names);
  assert.deepEqual(rows.map(({ name }) => name).toSorted(), names);
});

for (const voice of voices) {
  const { provider } = voice;
  const signed = (
    message: ReturnType<typeof messageOf>,
    account: Record<string, unknown>,
  ) => voice.sign(message, voice.settings.parse(account), NOW_MS);

  test(`the intake proves each step that ${provider} tells, in all its currencies`, async () => {
    const account = madeUp(provider);
    const told = new Set<string>();
    for (const step of steps.filter((one) => !voice.silent.includes(one))) {
      for (const seed of SEEDS) {
        const moment = momentAt(paymentOf(voice, seed), step);
        told.add(moment.payment.currency);
        for (const mode of [undefined, ...voiceCorruptions]) {
          const message = messageOf(voice, moment, mode);
          const verdict = await verdictOf(
            provider,
            account,
            signed(message, account),
          );
          assert.equal(typeof verdict, "object", `${step}: ${verdict}`);
        }
      }
    }
    assert.ok(told.size > 1, [...told].join(", "));
  });

  test(`nobody who has another secret signs as ${provider}`, async () => {
    const account = madeUp(provider);
    const stranger = asStranger(voice.settings.parse(account));
    for (const step of steps) {
      if (voice.silent.includes(step)) continue;
      const message = messageOf(voice, momentAt(paymentOf(voice), step));
      const forged = voice.sign(message, stranger, NOW_MS);
      assert.equal(
        await verdictOf(provider, account, forged),
        "bad_signature",
        step,
      );
      const other = signed(message, madeUp(provider));
      assert.equal(await verdictOf(provider, account, other), "bad_signature");
    }
  });

  test(`while a secret of ${provider} is rolled, old and new are good, and behind it the old is not`, async (t) => {
    const { own, other, both, hasKeys } = rolled(voice);
    if (!hasKeys) return t.skip("it has none");
    const message = messageOf(
      voice,
      momentAt(
        paymentOf(voice),
        voice.silent.includes("captured") ? "failed" : "captured",
      ),
    );
    for (const by of [own, both]) {
      const verdict = await verdictOf(provider, both, signed(message, by));
      assert.equal(typeof verdict, "object");
    }
    // Of the new one alone, where nothing else is of the account's own.
    const fresh = { ...own, ...other };
    if (provider === "square") fresh.notification_url = own.notification_url;
    assert.equal(
      typeof await verdictOf(provider, both, signed(message, fresh)),
      "object",
    );
    assert.equal(
      await verdictOf(provider, fresh, signed(message, own)),
      "bad_signature",
    );
  });
}

test("passwords that accounts have beside their secrets are sent with what is signed", async () => {
  for (
    const [provider, more] of [
      ["adyen", { basic_auth: { user: "u", password: "p" } }],
      ["checkout", { authorization: "a password" }],
    ] as const
  ) {
    const voice = voices.find((one) => one.provider === provider);
    assert.ok(voice);
    const account = { ...madeUp(provider), ...more };
    const message = messageOf(voice, momentAt(paymentOf(voice), "captured"));
    const sent = voice.sign(message, voice.settings.parse(account), NOW_MS);
    assert.equal(typeof await verdictOf(provider, account, sent), "object");
  }
});
