/**
 * Adyen. Standard notifications are signed item by item, in the body: HMAC-SHA256 in base64 over eight of their fields, and
 * nothing else of them is signed. Those of platforms and management have one signature of the whole body in a header.
 *
 * Fields are joined as they are: what escapes their colons makes other signatures than Adyen does.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 * @module
 */
import {
  isJsonObject,
  type JsonObject,
  parseJsonObject,
} from "#contracts/parse.ts";
import { AdyenAccount } from "../../../provider_accounts/adyen.ts";
import { fromBase64 } from "../../../provider_accounts/encodings.ts";
import { asRetired, type Key } from "../../../provider_accounts/keys.ts";
import { hmacClaim } from "../hmac.ts";
import { passwordFault } from "../password_fault.ts";
import type { Claim, Scheme } from "../scheme.ts";

const HEADER = "hmacsignature";

/** By its contract one; the form allows more. */
const MOST_ITEMS = 100;

export const adyen: Scheme<AdyenAccount> = {
  settings: AdyenAccount,
  signatureHeaders: [HEADER],
  retired: asRetired,
  furtherHeaders: [],
  credentialFault: (headers, { basic_auth }) =>
    passwordFault(headers, basic_auth && basicAuth(basic_auth)),
  claimIn(headers, { secrets }) {
    const given = headers.get(HEADER);
    if (given === null) return claimOfItems(secrets);
    const signature = fromBase64(given);
    if (signature === undefined) return "bad_signature";
    return hmacClaim({
      algorithm: "sha256",
      keys: secrets,
      bytesOf,
      signatures: [signature],
      text: (body) => [body],
    });
  },
};

/** An account's keys were all read as hex when it was. */
function bytesOf({ text }: Key): Uint8Array {
  return Uint8Array.fromHex(text);
}

/** All items must be signed: what is kept is one body. */
function claimOfItems(keys: readonly Key[]): Claim {
  return (body) => {
    const items = itemsIn(body);
    const verdicts = items.map((item) => {
      const [signature, text] = [signatureOf(item), signedTextOf(item)];
      if (signature === undefined || text === undefined) {
        return "bad_signature";
      }
      return hmacClaim({
        algorithm: "sha256",
        keys,
        bytesOf,
        signatures: [signature],
        text: () => [text],
      })(body);
    });
    const refused = verdicts.find((one) => typeof one === "string");
    return refused ?? verdicts[0] ?? "bad_signature";
  };
}

function itemsIn(body: Uint8Array): JsonObject[] {
  const json = parseJsonObject(body);
  if (!json.ok) return [];
  const { notificationItems: all } = json.value;
  if (!Array.isArray(all) || all.length > MOST_ITEMS) return [];
  return all.map((one) => {
    const item = isJsonObject(one) ? one.NotificationRequestItem : undefined;
    return isJsonObject(item) ? item : {};
  });
}

function signatureOf({ additionalData }: JsonObject): Uint8Array | undefined {
  const text = isJsonObject(additionalData)
    ? additionalData.hmacSignature
    : undefined;
  return typeof text === "string" ? fromBase64(text) : undefined;
}

/**
 * The text that is signed; what is not there is signed as nothing. Undefined if another item would have the same one: of all
 * fields only the merchant's own reference may have a colon, and each is of the kind that Adyen sends. Whoever has one signed
 * item could else move what is before a colon into another field, or have `"true"` be `true`.
 */
function signedTextOf(item: JsonObject): string | undefined {
  const amount = item.amount ?? {};
  if (!isJsonObject(amount)) return undefined;
  const parts = [
    plainText(item.pspReference),
    plainText(item.originalReference),
    plainText(item.merchantAccountCode),
    textOrNothing(item.merchantReference),
    wholeNumber(amount.value),
    plainText(amount.currency),
    plainText(item.eventCode),
    plainText(item.success),
  ];
  return parts.includes(undefined) ? undefined : parts.join(":");
}

function textOrNothing(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : undefined;
}

function plainText(value: unknown): string | undefined {
  const text = textOrNothing(value);
  return text?.includes(":") ? undefined : text;
}

function wholeNumber(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function basicAuth(
  { user, password }: { user: string; password: string },
): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}
