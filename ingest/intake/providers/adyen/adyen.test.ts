import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { adyen } from "./scheme.ts";

const KEY = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
const SETTINGS = { secrets: [KEY] };

type Item = Record<string, unknown>;

const ITEM: Item = {
  pspReference: "7853111111111111",
  originalReference: "7853000000000000",
  merchantAccountCode: "Merchant",
  merchantReference: "order 1",
  amount: { value: 1000, currency: "EUR" },
  eventCode: "CAPTURE",
  success: "true",
};

function signatureOf(text: string): string {
  return createHmac("sha256", Buffer.from(KEY, "hex")).update(text)
    .digest("base64");
}

function bodyOf(...items: Item[]): Uint8Array {
  const notificationItems = items.map((item) => ({
    NotificationRequestItem: item,
  }));
  return new TextEncoder().encode(
    JSON.stringify({ live: "false", notificationItems }),
  );
}

const signedAs = (text: string, item: Item): Item => ({
  ...item,
  additionalData: { hmacSignature: signatureOf(text) },
});

async function verdictOf(
  body: Uint8Array,
  { headers = {}, settings = SETTINGS }: {
    headers?: Record<string, string>;
    settings?: object;
  } = {},
) {
  const account = adyen.settings.parse(settings);
  const claim = adyen.claimIn(new Headers(headers), account, 0);
  return typeof claim === "string" ? claim : await claim(body);
}

const TEXT =
  "7853111111111111:7853000000000000:Merchant:order 1:1000:EUR:CAPTURE:true";

test("an item is signed over eight of its fields, as they are", async () => {
  assert.deepEqual(await verdictOf(bodyOf(signedAs(TEXT, ITEM))), { key: "1" });
});

test("what is not there, or is null, is signed as nothing", async () => {
  const text = ":::order 1:::AUTHORISATION:false";
  const item = {
    originalReference: null,
    merchantReference: "order 1",
    eventCode: "AUTHORISATION",
    success: "false",
  };
  assert.deepEqual(await verdictOf(bodyOf(signedAs(text, item))), { key: "1" });
});

test("a reference may have colons and backslashes, which nobody escapes", async () => {
  const item = { ...ITEM, merchantReference: "a:b\\c:1000" };
  const text = TEXT.replace("order 1", "a:b\\c:1000");
  assert.deepEqual(await verdictOf(bodyOf(signedAs(text, item))), { key: "1" });
});

for (
  const [what, change] of [
    // All of them join to what was signed of the reference `a:b:c`.
    ["an account's code ends in the reference's beginning", {
      merchantAccountCode: "Merchant:a",
      merchantReference: "b:c",
    }],
    ["an amount is the reference's end", {
      merchantReference: "a:b",
      amount: { value: "c", currency: "1000:EUR" },
    }],
    ["a payment's id has the original one's", {
      pspReference: "7853111111111111:7853000000000000",
      originalReference: "Merchant",
      merchantAccountCode: "a",
      merchantReference: "b:c",
    }],
  ] as const
) {
  test(`fields that only join to what was signed are not signed: ${what}`, async () => {
    const text = TEXT.replace("order 1", "a:b:c");
    const signed = signedAs(text, { ...ITEM, merchantReference: "a:b:c" });
    assert.deepEqual(await verdictOf(bodyOf(signed)), { key: "1" });
    const forged = { ...signed, ...change };
    assert.equal(await verdictOf(bodyOf(forged)), "bad_signature");
  });
}

for (
  const change of [
    { success: true },
    { success: ["true"] },
    { eventCode: ["CAPTURE"] },
    { amount: { value: "1000", currency: "EUR" } },
    { amount: { value: [1000], currency: "EUR" } },
    { amount: [] },
    { merchantReference: ["order 1"] },
  ]
) {
  test(`a field of another kind is not the one that was signed: ${JSON.stringify(change)}`, async () => {
    const forged = { ...signedAs(TEXT, ITEM), ...change };
    assert.equal(await verdictOf(bodyOf(forged)), "bad_signature");
  });
}

test("all items of a batch must be signed, and there must be one", async () => {
  const good = signedAs(TEXT, ITEM);
  assert.deepEqual(await verdictOf(bodyOf(good, good)), { key: "1" });
  assert.equal(await verdictOf(bodyOf(good, ITEM)), "bad_signature");
  assert.equal(await verdictOf(bodyOf(ITEM, good)), "bad_signature");
  assert.equal(await verdictOf(bodyOf()), "bad_signature");
});

test("platforms' notifications are signed whole, in a header, and then no item needs to be", async () => {
  const body = new TextEncoder().encode('{"type":"x"}');
  const good = { HmacSignature: signatureOf('{"type":"x"}') };
  assert.deepEqual(await verdictOf(body, { headers: good }), { key: "1" });
  const other = new TextEncoder().encode('{"type":"y"}');
  assert.equal(await verdictOf(other, { headers: good }), "bad_signature");
});

test("a user and password that are set up must be sent too, and the signature is proven without", async () => {
  const settings = {
    ...SETTINGS,
    basic_auth: { user: "eventflow", password: "pässword" },
  };
  const account = adyen.settings.parse(settings);
  const fault = (text?: string) =>
    adyen.credentialFault?.(
      new Headers(
        text === undefined ? {} : {
          Authorization: `Basic ${Buffer.from(text).toString("base64")}`,
        },
      ),
      account,
    );
  assert.equal(fault("eventflow:pässword"), undefined);
  assert.equal(fault("eventflow:password"), "bad_signature");
  assert.equal(fault(), "missing_header");
  assert.deepEqual(
    await verdictOf(bodyOf(signedAs(TEXT, ITEM)), { settings }),
    { key: "1" },
  );
});
