import { Buffer } from "node:buffer";
import { ofBody } from "./of_body.ts";
import { hmac, json, payments, type Signer, utf8 } from "./signer.ts";

const hexKeys = [
  "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
  "00B1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
  "11B1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
] as const;

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

export const items: Signer = {
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
};

export const platforms = ofBody({
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
});
