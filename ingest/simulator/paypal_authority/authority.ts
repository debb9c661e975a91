import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { PaypalAccount } from "../../provider_accounts/paypal.ts";
import { certificate } from "./certificate.ts";

type Environment = PaypalAccount["environment"];

/** What PayPal's own certificates are called. */
const names: Readonly<Record<Environment, string>> = {
  live: "messageverificationcerts.paypal.com",
  sandbox: "messageverificationcerts.sandbox.paypal.com",
};

const ROOT = "EventFlow payment simulator, for development alone";

export type PaypalSigner = {
  /** In hex; part of its certificate's address. */
  readonly serial: string;
  /** In PEM. */
  readonly certificate: string;
  /** RSA with SHA-256, in base64. */
  sign(text: string): string;
};

/** What stands in for PayPal and for who certifies it. Its keys are in memory alone, and others at each start. */
export type PaypalAuthority = {
  /** In PEM. */
  readonly root: string;
  signerOf(environment: Environment): PaypalSigner;
  /** The certificate with this serial; undefined if there is none. */
  certificateOf(serial: string): string | undefined;
};

/** @param nowMs milliseconds since the epoch */
export function createPaypalAuthority(nowMs: number): PaypalAuthority {
  const rootKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const issuer = { name: ROOT, key: rootKeys.privateKey };
  const signers = new Map<Environment, PaypalSigner>();
  const make = (environment: Environment): PaypalSigner => {
    const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const serial = anySerial();
    return {
      serial: serial.toHex(),
      certificate: certificate({
        name: names[environment],
        key: keys.publicKey,
        serial,
        isAuthority: false,
        issuer,
        nowMs,
      }),
      sign: (text) =>
        sign("sha256", new TextEncoder().encode(text), keys.privateKey)
          .toString("base64"),
    };
  };
  return {
    root: certificate({
      name: ROOT,
      key: rootKeys.publicKey,
      serial: anySerial(),
      isAuthority: true,
      issuer,
      nowMs,
    }),
    signerOf(environment) {
      const signer = signers.get(environment) ?? make(environment);
      signers.set(environment, signer);
      return signer;
    },
    certificateOf: (serial) =>
      [...signers.values()].find((one) => one.serial === serial)?.certificate,
  };
}

/** Above 0 and of full length, so that it has one spelling. */
function anySerial(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
