import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

export type SignedRequest = {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** What somebody may take a request for: what would be signed, and where the signature would stand. */
export type Reading = { readonly text: string; readonly signature: string };

export type Settings = Record<string, unknown>;

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

/** Seconds since the epoch: a time at which all that tests certify is valid, whenever they run. */
export const TIME_S = Math.floor(Date.now() / 1_000) + 3_600;

export const utf8 = new TextEncoder();
export const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes).toString("latin1");
export const hmac = (
  algorithm: string,
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
) => parts.reduce((all, part) => all.update(part), createHmac(algorithm, key));

export const json = (event: object) => JSON.stringify(event);
export const payments = (of: (id: string, amount: number) => object) => [
  json(of("pay_1", 4990)),
  json(of("pay_2é", 100)),
  `${JSON.stringify(of("pay_3", 7), null, 2)}\n`,
];
