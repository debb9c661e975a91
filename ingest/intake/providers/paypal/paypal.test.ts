import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answering,
  between,
  fileOf,
  live,
  paypalHeaders,
  root,
  WEBHOOK_ID,
} from "#kit/intake/test_paypal.ts";
import { certifiedBy, keys } from "#kit/intake/test_message_certificates.ts";
import { CertificateStore } from "./certificates.ts";
import { crc32, paypalBy } from "./scheme.ts";

/** When all that is certified here is valid. */
const TIME = new Date(Date.now() + 3_600_000).toISOString();
const NOW_MS = Date.parse(TIME);
const BODY = new TextEncoder().encode('{"id":"WH-1","resource":{"id":"é"}}');

const API = "https://api.sandbox.paypal.com/v1";
const SALE = "4EU7004268015634R";
const EVENT = "WH-0G2756385H040842W-5Y612302CV158622M";
const PAYMENT = "PAY-86C81811X5228590KKVNARQQ";

/** `event_body` in the tests of PayPal's library for Python, of which their checksum is 2771810304. */
const OF_LIBRARY = JSON.stringify({
  id: EVENT,
  create_time: "2015-05-18T15:45:13Z",
  resource_type: "sale",
  event_type: "PAYMENT.SALE.COMPLETED",
  summary: "Payment completed for $ 20.0 USD",
  resource: {
    id: SALE,
    create_time: "2015-05-18T15:44:02Z",
    update_time: "2015-05-18T15:44:21Z",
    amount: { total: "20.00", currency: "USD" },
    payment_mode: "INSTANT_TRANSFER",
    state: "completed",
    protection_eligibility: "ELIGIBLE",
    protection_eligibility_type:
      "ITEM_NOT_RECEIVED_ELIGIBLE,UNAUTHORIZED_PAYMENT_ELIGIBLE",
    parent_payment: PAYMENT,
    transaction_fee: { value: "0.88", currency: "USD" },
    links: [
      { href: `${API}/payments/sale/${SALE}`, rel: "self", method: "GET" },
      {
        href: `${API}/payments/sale/${SALE}/refund`,
        rel: "refund",
        method: "POST",
      },
      {
        href: `${API}/payments/payment/${PAYMENT}`,
        rel: "parent_payment",
        method: "GET",
      },
    ],
  },
  links: ["", "/resend"].map((action) => ({
    href: `${API}/notifications/webhooks-events/${EVENT}${action}`,
    rel: action === "" ? "self" : "resend",
    method: action === "" ? "GET" : "POST",
  })),
});

function paypal(answer = () => new Response(fileOf(live, between))) {
  const { fetch, asked } = answering(answer);
  const scheme = paypalBy(
    new CertificateStore({ fetch, roots: () => [root.pem] }),
  );
  const account = scheme.settings.parse({ webhook_id: WEBHOOK_ID });
  return {
    asked,
    scheme,
    async verdict(
      headers: Record<string, string>,
      { body = BODY, nowMs = NOW_MS }: { body?: Uint8Array; nowMs?: number } =
        {},
    ) {
      const claim = scheme.claimIn(new Headers(headers), account, nowMs);
      return typeof claim === "string" ? claim : await claim(body);
    },
  };
}

test("what PayPal signed is PayPal's, and the log keeps the certificate's serial number", async () => {
  const { verdict } = paypal();
  const found = await verdict(paypalHeaders(BODY, { time: TIME }));
  assert.match(
    typeof found === "object" ? found.key : found,
    /^[1-9A-F][\dA-F]+$/,
  );
});

test("the checksum is that of PayPal's own library", () => {
  const body = new TextEncoder().encode(OF_LIBRARY);
  assert.equal(crc32(body), 2_771_810_304);
});

test("a checksum of 32 bits is signed as a number without a sign", async () => {
  const { verdict } = paypal();
  for (
    const [text, isHigh] of [['{"a":1}', false], ['{"a":10}', true]] as const
  ) {
    const body = new TextEncoder().encode(text);
    assert.equal(crc32(body) >= 2 ** 31, isHigh, text);
    const found = await verdict(paypalHeaders(body, { time: TIME }), { body });
    assert.equal(typeof found, "object");
  }
});

for (
  const [what, change] of [
    ["of another webhook", { webhookId: "5JH86294D6297924G" }],
    ["by another key", {
      by: certifiedBy(between, { subject: "/CN=x", key: keys.between }),
    }],
    ["by a short key", {
      by: certifiedBy(between, { subject: "/CN=x", key: keys.short }),
    }],
  ] as const
) {
  test(`a signature ${what} is none`, async () => {
    const { verdict } = paypal();
    const headers = paypalHeaders(BODY, { time: TIME, ...change });
    assert.equal(await verdict(headers), "bad_signature");
  });
}

test("each header is signed, or must be as it is", async () => {
  const { verdict } = paypal();
  const headers = paypalHeaders(BODY, { time: TIME });
  for (
    const [name, value, refusal] of [
      ["PAYPAL-TRANSMISSION-ID", "another", "bad_signature"],
      [
        "PAYPAL-TRANSMISSION-TIME",
        new Date(NOW_MS - 1_000).toISOString(),
        "bad_signature",
      ],
      ["PAYPAL-TRANSMISSION-TIME", "yesterday", "invalid_timestamp"],
      ["PAYPAL-TRANSMISSION-TIME", "2026-13-45T00:00:00Z", "invalid_timestamp"],
      ["PAYPAL-TRANSMISSION-TIME", `${TIME.slice(0, 11)}`, "invalid_timestamp"],
      ["PAYPAL-AUTH-ALGO", "SHA1withRSA", "bad_signature"],
      ["PAYPAL-AUTH-ALGO", "NONEwithRSA", "bad_signature"],
      ["PAYPAL-CERT-URL", "https://evil.example/cert", "bad_signature"],
      ["PAYPAL-TRANSMISSION-SIG", "AAAA", "bad_signature"],
      ["PAYPAL-TRANSMISSION-SIG", "not base64!", "bad_signature"],
    ] as const
  ) {
    assert.equal(await verdict({ ...headers, [name]: value }), refusal, value);
  }
  for (const name of Object.keys(headers)) {
    const { [name]: _, ...others } = headers;
    const is = await verdict(others);
    assert.equal(
      is,
      name === "PAYPAL-AUTH-ALGO" ? "bad_signature" : "missing_header",
      name,
    );
  }
});

test("another body of the same checksum is PayPal's too, as PayPal signs no more of it", async () => {
  const { verdict } = paypal();
  const headers = paypalHeaders(BODY, { time: TIME });
  const forged = ofSameChecksum(
    new TextEncoder().encode('{"id":"WH-1","resource":{"id":"forged"}}    '),
    crc32(BODY),
  );
  assert.notDeepEqual(forged, BODY);
  assert.equal(typeof await verdict(headers, { body: forged }), "object");
});

test("a certificate that cannot be had is no proof against anybody", async () => {
  const { verdict } = paypal(() => new Response("", { status: 500 }));
  assert.equal(
    await verdict(paypalHeaders(BODY, { time: TIME })),
    "certificate_unavailable",
  );
});

test("nothing is fetched for what the headers alone refuse", async () => {
  const { verdict, asked } = paypal();
  const headers = paypalHeaders(BODY, { time: TIME });
  await verdict(headers, { nowMs: NOW_MS + 5 * 86_400_000 });
  await verdict({ ...headers, "PAYPAL-AUTH-ALGO": "SHA1withRSA" });
  await verdict({ ...headers, "PAYPAL-TRANSMISSION-TIME": "?" });
  assert.deepEqual(asked, []);
});

test("an age past the tolerance is stale, on either side of the clock", async () => {
  const { verdict } = paypal();
  const headers = paypalHeaders(BODY, { time: TIME });
  const days = 86_400_000;
  for (const nowMs of [NOW_MS + 4 * days + 1, NOW_MS - 4 * days - 1]) {
    assert.equal(await verdict(headers, { nowMs }), "stale_timestamp");
  }
});

/** A text with its last four bytes exchanged, so that it has a checksum (CRC-32, IEEE 802.3) that is wanted. */
function ofSameChecksum(text: Uint8Array, wanted: number): Uint8Array {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const at = (n: number) => table[n & 0xff] ?? 0;
  let before = 0xffffffff;
  for (const byte of text.subarray(0, -4)) {
    before = at(before ^ byte) ^ (before >>> 8);
  }
  // Backwards from what is wanted, to the state that four bytes must lead there from.
  let state = ~wanted >>> 0;
  const indexes: number[] = [];
  for (let n = 0; n < 4; n++) {
    const index = table.findIndex((one) => one >>> 24 === state >>> 24);
    indexes.unshift(index);
    state = ((state ^ at(index)) << 8) >>> 0;
  }
  const forged = text.slice();
  for (const [n, index] of indexes.entries()) {
    forged[text.length - 4 + n] = (before ^ index) & 0xff;
    before = at(index) ^ (before >>> 8);
  }
  return forged;
}
