/**
 * For tests: webhooks as each provider signs them, by what its documentation says and `node:crypto` alone. None of the code that is
 * tested is used.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  createHash,
  createHmac,
  createPrivateKey,
  sign as signBy,
} from "node:crypto";
import { NOW_S } from "./clock_of_tests.ts";
import { paypalHeaders } from "./test_paypal.ts";

export type SignedRequest = {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** What somebody may take a request for: what would be signed, and where the signature would stand. */
export type Reading = { readonly text: string; readonly signature: string };

type Settings = Record<string, unknown>;

/** Of the first account, of the other one, or one that the first has retired. */
export type KeyNumber = 0 | 1 | 2;

/** A way of signing, with two accounts that have nothing in common. */
export type Signer = {
  readonly name: string;
  readonly provider: string;
  readonly accounts: readonly [Settings, Settings];
  /** To be added to the first account, if there are keys to be retired. */
  readonly retired?: Settings;
  /** Undefined if it is in the body. */
  readonly signatureHeader?: string;
  /** As it sends them, before they are signed. */
  readonly bodies: readonly string[];
  readonly isHex: boolean;
  /** Headers that nothing signs, so that whoever sends may change them; `body` if that is so of some of it. */
  readonly unsigned: readonly string[];
  sign(body: string, key: KeyNumber, n: number): SignedRequest;
  /** All readings of a request, however it was changed. */
  readings(request: SignedRequest): readonly Reading[];
};

export const TIME_S = NOW_S;
const utf8 = new TextEncoder();
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const hmac = (
  algorithm: string,
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
) => parts.reduce((all, part) => all.update(part), createHmac(algorithm, key));

const json = (event: object) => JSON.stringify(event);
const payments = (of: (id: string, amount: number) => object) => [
  json(of("pay_1", 4990)),
  json(of("pay_2é", 100)),
  `${JSON.stringify(of("pay_3", 7), null, 2)}\n`,
];

type Key = string | Uint8Array;

/** A signature of the whole body in one header. */
function ofBody(
  {
    header,
    algorithm = "sha256",
    encoding,
    keys,
    before = "",
    further,
    ...rest
  }:
    & {
      header: string;
      algorithm?: string;
      encoding: "hex" | "base64";
      keys: readonly [Key, Key, Key];
      before?: string;
      further?: (n: number) => Record<string, string>;
    }
    & Pick<Signer, "name" | "provider" | "accounts" | "retired" | "bodies">,
): Signer {
  return {
    ...rest,
    signatureHeader: header,
    isHex: encoding === "hex",
    unsigned: Object.keys(further?.(0) ?? {}),
    sign: (text, key, n) => {
      const body = utf8.encode(text);
      const made = hmac(algorithm, keys[key], before, body);
      return {
        body,
        headers: { [header]: made.digest(encoding), ...further?.(n) },
      };
    },
    readings: ({ headers, body }) => [{
      text: latin1(body),
      signature: headers[header] ?? "",
    }],
  };
}

const hexKeys = [
  "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
  "00B1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
  "11B1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
] as const;

const standardKeys = [
  "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "BfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
] as const;

function standard(
  { prefix, version, make, ...rest }: {
    prefix: string;
    version: string;
    make: (key: KeyNumber, text: Buffer) => string;
  } & Pick<Signer, "name" | "accounts" | "retired">,
): Signer {
  return {
    ...rest,
    provider: "standard-webhooks",
    signatureHeader: `${prefix}-signature`,
    bodies: payments((payment_id, amount) => ({
      type: "payment.captured",
      data: { payment_id, amount },
    })),
    isHex: false,
    unsigned: [],
    sign: (text, key, n) => {
      const body = utf8.encode(text);
      const id = `msg_p5jXN8AQM9LWM0D4loKWxJe${n}`;
      const signed = Buffer.concat([Buffer.from(`${id}.${TIME_S}.`), body]);
      return {
        body,
        headers: {
          [`${prefix}-id`]: id,
          [`${prefix}-timestamp`]: String(TIME_S),
          [`${prefix}-signature`]: `${version},${make(key, signed)}`,
        },
      };
    },
    readings: ({ headers, body }) =>
      ["webhook", "svix"].map((prefix) => ({
        text: [
          headers[`${prefix}-id`],
          headers[`${prefix}-timestamp`],
          latin1(body),
        ].join("."),
        signature: headers[`${prefix}-signature`] ?? "",
      })),
  };
}

/** PKCS#8 (RFC 8410, section 7) of a seed. */
const ed25519 = (seed: number) => {
  const key = createPrivateKey({
    key: Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.alloc(32, seed),
    ]),
    format: "der",
    type: "pkcs8",
  });
  const { x = "" } = key.export({ format: "jwk" });
  return {
    key,
    text: `whpk_${Buffer.from(x, "base64url").toString("base64")}`,
  };
};
const ed25519Keys = [ed25519(1), ed25519(2), ed25519(3)] as const;

type Item = Record<string, unknown>;

/** The eight fields of an item that Adyen signs. */
function adyenText(item: Item): string {
  const amount = item.amount as Item | undefined;
  return [
    item.pspReference,
    item.originalReference,
    item.merchantAccountCode,
    item.merchantReference,
    amount?.value,
    amount?.currency,
    item.eventCode,
    item.success,
  ].map((one) => one === undefined ? "" : one).join(":");
}

function adyenItem(n: number, change: Item = {}): Item {
  return {
    amount: { currency: "EUR", value: 1000 + n },
    eventCode: "AUTHORISATION",
    eventDate: "2026-01-02T03:04:05+01:00",
    merchantAccountCode: "Merchant",
    merchantReference: `order ${n}`,
    pspReference: `785311111111111${n}`,
    reason: "00000:1234:12/2030",
    success: "true",
    ...change,
  };
}

const adyenItems = [
  adyenItem(1),
  adyenItem(2, { merchantReference: "a:b:c:1000:EUR" }),
  adyenItem(3, { originalReference: "7853000000000000", eventCode: "CAPTURE" }),
];

const braintreeKeys = [
  { public: "integration_public_key", private: "integration_private_key" },
  { public: "integration_public_key", private: "another_private_key" },
  { public: "integration_public_key", private: "retired_private_key" },
] as const;

export const signers: readonly Signer[] = [
  standard({
    name: "Standard Webhooks",
    prefix: "webhook",
    version: "v1",
    retired: { retired: [`whsec_${standardKeys[2]}`] },
    accounts: [
      { secrets: [`whsec_${standardKeys[0]}`] },
      { secrets: [`whsec_${standardKeys[1]}`] },
    ],
    make: (account, text) =>
      hmac("sha256", Buffer.from(standardKeys[account], "base64"), text)
        .digest("base64"),
  }),
  standard({
    name: "Svix",
    prefix: "svix",
    version: "v1",
    retired: { retired: [`whsec_${standardKeys[2]}`] },
    accounts: [
      { secrets: [`whsec_${standardKeys[0]}`] },
      { secrets: [`whsec_${standardKeys[1]}`] },
    ],
    make: (account, text) =>
      hmac("sha256", Buffer.from(standardKeys[account], "base64"), text)
        .digest("base64"),
  }),
  standard({
    name: "Standard Webhooks by Ed25519",
    prefix: "webhook",
    version: "v1a",
    accounts: [
      { public_keys: [ed25519Keys[0].text] },
      { public_keys: [ed25519Keys[1].text] },
    ],
    make: (account, text) =>
      signBy(null, text, ed25519Keys[account].key).toString("base64"),
  }),
  {
    name: "Stripe",
    provider: "stripe",
    accounts: [{ secrets: ["whsec_one"] }, { secrets: ["whsec_other"] }],
    retired: { retired: ["whsec_gone"] },
    signatureHeader: "stripe-signature",
    bodies: payments((payment_intent, amount) => ({
      id: `evt_${amount}`,
      type: "charge.succeeded",
      data: { object: { id: "ch_1", payment_intent, amount } },
    })),
    isHex: true,
    unsigned: [],
    sign: (text, account) => {
      const body = utf8.encode(text);
      const secret = ["whsec_one", "whsec_other", "whsec_gone"][account] ?? "";
      const made = hmac("sha256", secret, `${TIME_S}.`, body);
      return {
        body,
        headers: {
          "stripe-signature": `t=${TIME_S},v1=${made.digest("hex")},v0=${
            "0".repeat(8)
          }`,
        },
      };
    },
    readings: ({ headers, body }) => {
      const signature = headers["stripe-signature"] ?? "";
      return [...signature.matchAll(/t=([^,]*)/g)].map(([, time = ""]) => ({
        text: `${time.trim()}.${latin1(body)}`,
        signature,
      }));
    },
  },
  {
    name: "Adyen's items",
    provider: "adyen",
    accounts: [{ secrets: [hexKeys[0]] }, { secrets: [hexKeys[1]] }],
    retired: { retired: [hexKeys[2]] },
    bodies: adyenItems.map((item) => JSON.stringify(item)),
    isHex: false,
    // All but eight fields, and how these are written.
    unsigned: ["body"],
    sign: (text, account) => {
      const item = JSON.parse(text) as Item;
      const key = Buffer.from(hexKeys[account], "hex");
      const hmacSignature = hmac("sha256", key, adyenText(item))
        .digest("base64");
      return {
        headers: {},
        body: utf8.encode(json({
          live: "false",
          notificationItems: [{
            NotificationRequestItem: {
              ...item,
              additionalData: { hmacSignature, cardSummary: "1111" },
            },
          }],
        })),
      };
    },
    readings: ({ body }) => {
      try {
        const { notificationItems: [{ NotificationRequestItem: item }] } = JSON
          .parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
        return [{
          // With the kind of each: `true` is not "true".
          text: JSON.stringify([adyenText(item), typeof item.success]),
          signature: item.additionalData.hmacSignature,
        }];
      } catch {
        return [];
      }
    },
  },
  ofBody({
    name: "Adyen's platforms",
    provider: "adyen",
    header: "hmacsignature",
    encoding: "base64",
    accounts: [{ secrets: [hexKeys[0]] }, { secrets: [hexKeys[1]] }],
    retired: { retired: [hexKeys[2]] },
    keys: [
      Buffer.from(hexKeys[0], "hex"),
      Buffer.from(hexKeys[1], "hex"),
      Buffer.from(hexKeys[2], "hex"),
    ],
    bodies: payments((id, value) => ({
      type: "balancePlatform.transfer.created",
      data: { id, amount: { value, currency: "EUR" } },
    })),
  }),
  {
    name: "PayPal",
    provider: "paypal",
    signatureHeader: "paypal-transmission-sig",
    accounts: [
      { webhook_id: "4JH86294D6297924G" },
      { webhook_id: "5JH86294D6297924G" },
    ],
    bodies: payments((order_id, amount) => ({
      id: `WH-${amount}`,
      event_type: "PAYMENT.CAPTURE.COMPLETED",
      resource: { supplementary_data: { related_ids: { order_id } } },
    })),
    isHex: false,
    unsigned: [],
    sign: (text, key, n) => {
      const body = utf8.encode(text);
      const headers = paypalHeaders(body, {
        time: new Date(TIME_S * 1_000).toISOString(),
        id: `dfb3be50-fd74-11e4-8bf3-77339302725${n}`,
        webhookId: `${key + 4}JH86294D6297924G`,
      });
      return {
        body,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name.toLowerCase(),
            value,
          ]),
        ),
      };
    },
    readings: ({ headers, body }) => [{
      text: ["id", "time"].map((name) => headers[`paypal-transmission-${name}`])
        .concat(
          headers["paypal-cert-url"],
          headers["paypal-auth-algo"],
          latin1(body),
        )
        .join("|"),
      signature: headers["paypal-transmission-sig"] ?? "",
    }],
  },
  ofBody({
    name: "Square",
    provider: "square",
    header: "x-square-hmacsha256-signature",
    encoding: "base64",
    accounts: [
      { secrets: ["one"], notification_url: "https://shop.example/hooks" },
      { secrets: ["other"], notification_url: "https://shop.example/hooks" },
    ],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    before: "https://shop.example/hooks",
    bodies: payments((id, amount) => ({
      event_id: `e-${amount}`,
      type: "payment.updated",
      data: { object: { payment: { id, amount_money: { amount } } } },
    })),
    further: (n) => ({ "square-retry-number": String(n) }),
  }),
  ofBody({
    name: "Checkout.com",
    provider: "checkout",
    header: "cko-signature",
    encoding: "hex",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((id, amount) => ({
      id: `evt_${amount}`,
      type: "payment_captured",
      data: { id, amount, currency: "EUR" },
    })),
  }),
  ofBody({
    name: "Razorpay",
    provider: "razorpay",
    header: "x-razorpay-signature",
    encoding: "hex",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((id, amount) => ({
      event: "payment.captured",
      payload: { payment: { entity: { id, amount } } },
    })),
    further: (n) => ({ "x-razorpay-event-id": `event-${n}` }),
  }),
  {
    name: "Braintree",
    provider: "braintree",
    accounts: [
      { keys: [braintreeKeys[0]] },
      { keys: [braintreeKeys[1]] },
    ],
    retired: { retired: [braintreeKeys[2]] },
    bodies: ["one", "two", "three"].map((id) =>
      `<notification><kind>transaction_settled</kind><subject><transaction><id>${id}</id></transaction></subject></notification>`
    ),
    isHex: true,
    // How the form writes the fields that are signed, and any others.
    unsigned: ["body"],
    sign: (xml, account) => {
      const payload = `${Buffer.from(xml).toString("base64")}\n`;
      const key = createHash("sha1").update(braintreeKeys[account].private)
        .digest();
      const form = new URLSearchParams({
        bt_signature: `${braintreeKeys[account].public}|${
          hmac("sha1", key, payload).digest("hex")
        }`,
        bt_payload: payload,
      });
      return { headers: {}, body: utf8.encode(String(form)) };
    },
    readings: ({ body }) => {
      const form = new URLSearchParams(latin1(body));
      return [{
        // Both ways to end it are taken for one.
        text: (form.get("bt_payload") ?? "").replace(/\n$/, ""),
        signature: form.get("bt_signature") ?? "",
      }];
    },
  },
  ofBody({
    name: "Shopify",
    provider: "shopify",
    header: "x-shopify-hmac-sha256",
    encoding: "base64",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((order_id, amount) => ({
      id: amount,
      order_id,
      kind: "capture",
    })),
    further: (n) => ({
      "x-shopify-event-id": `event-${n}`,
      "x-shopify-topic": "order_transactions/create",
    }),
  }),
  ofBody({
    name: "Paystack",
    provider: "paystack",
    header: "x-paystack-signature",
    algorithm: "sha512",
    encoding: "hex",
    accounts: [{ secrets: ["sk_one"] }, { secrets: ["sk_other"] }],
    retired: { retired: ["sk_gone"] },
    keys: ["sk_one", "sk_other", "sk_gone"],
    bodies: payments((reference, amount) => ({
      event: "charge.success",
      data: { id: amount, reference, amount },
    })),
  }),
];
