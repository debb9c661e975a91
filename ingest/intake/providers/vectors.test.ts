import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderAccounts } from "./accounts.ts";

/** A signed request as its vendor documents it, or as its own library makes it. */
type Vector = {
  readonly name: string;
  readonly account: Record<string, unknown> & { readonly provider: string };
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Seconds since the epoch. */
  readonly at?: number;
  readonly key?: string;
};

const adyenItem = (eventCode: string, hmacSignature: string) =>
  JSON.stringify({
    live: "false",
    notificationItems: [{
      NotificationRequestItem: {
        additionalData: { hmacSignature },
        amount: { currency: "EUR", value: 1000 },
        eventCode,
        eventDate: "2026-01-02T03:04:05+01:00",
        merchantAccountCode: "merchantAccount",
        merchantReference: "reference",
        originalReference: "originalReference",
        pspReference: "pspReference",
        success: "true",
      },
    }],
  });

const ADYEN = {
  provider: "adyen",
  secrets: ["DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00"],
};

const STANDARD = {
  provider: "standard-webhooks",
  secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
};

const vectors: Vector[] = [
  {
    name: "Standard Webhooks, of its specification",
    account: STANDARD,
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: '{"test": 2432232314}',
    at: 1_614_265_330,
  },
  {
    name: "Svix, whose headers have other names, among other signatures",
    account: STANDARD,
    headers: {
      "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "svix-timestamp": "1614265330",
      "svix-signature":
        "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: '{"test": 2432232314}',
    at: 1_614_265_330,
  },
  {
    name: "Stripe, while the endpoint's secret is rolled",
    account: {
      provider: "stripe",
      secrets: { old: "whsec_another_secret", new: "whsec_test_secret" },
    },
    headers: {
      "Stripe-Signature": `t=1614265330,v1=${
        "0".repeat(64)
      },v1=af4ead0627a34a8cca29808e8de9ada8e41a92e6237c63cef6eacf51d36cca34,v0=00`,
    },
    body: JSON.stringify(
      { id: "evt_test_webhook", object: "event" },
      null,
      2,
    ),
    at: 1_614_265_330,
    key: "new",
  },
  {
    name: "Adyen, an item",
    account: ADYEN,
    headers: {},
    body: adyenItem("EVENT", "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc="),
  },
  {
    name: "Adyen, another item",
    account: ADYEN,
    headers: {},
    body: adyenItem(
      "REPORT_AVAILABLE",
      "ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=",
    ),
  },
  {
    name: "Square",
    account: {
      provider: "square",
      secrets: ["signature-key"],
      notification_url: "https://webhook.site/webhooks",
    },
    headers: {
      "x-square-hmacsha256-signature":
        "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
    },
    body: '{"data":{"type":"webhooks","id":">id<"}}',
  },
  {
    name: "Razorpay",
    account: { provider: "razorpay", secrets: ["123456"] },
    headers: {
      "X-Razorpay-Signature":
        "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc",
    },
    body: '{"a":1,"b":2,"c":{"d":3}}',
  },
];

async function verdictOf(
  { account, headers, body, at = 1_700_000_000 }: Vector,
  change: Partial<Pick<Vector, "body" | "headers">> = {},
) {
  const accounts = ProviderAccounts.in(
    JSON.stringify({ accounts: [account] }),
    "A test",
  );
  const its = accounts.find(account.provider);
  const sent = new Headers(change.headers ?? headers);
  const claim = its?.row.scheme.claimIn(sent, its.settings, at * 1_000);
  return typeof claim === "function"
    ? await claim(new TextEncoder().encode(change.body ?? body))
    : claim;
}

for (const vector of vectors) {
  test(`a webhook is whose it says: ${vector.name}`, async () => {
    assert.deepEqual(await verdictOf(vector), { key: vector.key ?? "1" });
  });

  test(`another byte of it is another webhook: ${vector.name}`, async () => {
    // Of what Adyen sends eight fields are signed, and no white space between them.
    const [from, to] = vector.account.provider === "adyen"
      ? ["merchantAccount", "merchantaccount"]
      : ['"', "'"];
    const body = vector.body.replaceAll(from, to);
    assert.equal(await verdictOf(vector, { body }), "bad_signature");
  });
}

test("a time that is too far from the clock is refused before the body is read", async () => {
  for (const vector of vectors.filter(({ at }) => at !== undefined)) {
    const { at = 0 } = vector;
    for (const off of [-301, 301]) {
      const late = await verdictOf({ ...vector, at: at + off });
      assert.equal(late, "stale_timestamp", vector.name);
    }
  }
});
