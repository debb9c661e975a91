import {
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
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

/**
 * What stands in for PayPal and for who certifies it. Its keys are in memory alone, and others at each start; what earlier ones
 * have certified stays to be had, so that what they signed is still proven.
 */
export type PaypalAuthority = {
  /** In PEM. */
  readonly root: string;
  /** All certificates that are known, in PEM: its own last. */
  known(): string;
  signerOf(environment: Environment): PaypalSigner;
  /** The certificate with this serial; undefined if there is none. */
  certificateOf(serial: string): string | undefined;
};

/** Of earlier starts there are two or three of each. */
const MOST_EARLIER = 60;

/**
 * @param of.nowMs milliseconds since the epoch
 * @param of.earlier what earlier ones knew, in PEM
 */
export function createPaypalAuthority(
  { nowMs, earlier = "" }: { nowMs: number; earlier?: string },
): PaypalAuthority {
  const before = certificatesIn(earlier);
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
  const root = certificate({
    name: ROOT,
    key: rootKeys.publicKey,
    serial: anySerial(),
    isAuthority: true,
    issuer,
    nowMs,
  });
  const own = () => [...signers.values()].map(({ certificate }) => certificate);
  return {
    root,
    known: () => [...before.values(), root, ...own()].join(""),
    signerOf(environment) {
      const signer = signers.get(environment) ?? make(environment);
      signers.set(environment, signer);
      return signer;
    },
    certificateOf: (serial) =>
      [...signers.values()].find((one) => one.serial === serial)?.certificate ??
        before.get(serial),
  };
}

/** By serial number, the latest of them. What is no certificate is left out. */
function certificatesIn(text: string): Map<string, string> {
  const pems = text.match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g,
  ) ?? [];
  return new Map(
    pems.flatMap((pem) => {
      try {
        const { serialNumber } = new X509Certificate(pem);
        return [[serialNumber.toLowerCase(), pem] as const];
      } catch {
        return [];
      }
    }).slice(-MOST_EARLIER),
  );
}

/** Above 0 and of full length, so that it has one spelling. */
function anySerial(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
