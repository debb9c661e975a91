/**
 * Files of certificates and keys, as whoever starts a service names them: what is wrong with one is said at the
 * start, by one sentence, and not by whatever OpenSSL or rustls calls it later.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { describeError } from "./errors.ts";

const certificateForm =
  /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong with a file of certificates, as the end of a sentence. The path may be a secret's, and is not shown. */
export function whyUnusable(path: string): string | undefined {
  const read = textOf(path);
  if ("problem" in read) return read.problem;
  return certificatesIn(read.text) === undefined
    ? "must name a file of certificates as PEM (-----BEGIN CERTIFICATE-----)"
    : undefined;
}

/** What is wrong with a certificate of one's own, as the end of a sentence that begins with its variable. */
export function whyUnusableNow(
  path: string,
  nowMs: number,
): string | undefined {
  const read = textOf(path);
  if ("problem" in read) return read.problem;
  const [own] = certificatesIn(read.text) ?? [];
  if (own === undefined) return whyUnusable(path);
  // Kafka and its like say no more than that it is bad.
  if (Date.parse(own.validTo) < nowMs) {
    return `must name a certificate that is valid: this one has expired (${own.validTo})`;
  }
  if (Date.parse(own.validFrom) > nowMs) {
    return `must name a certificate that is valid: this one is not valid before ${own.validFrom}`;
  }
  return undefined;
}

/** What is wrong with a file of a private key, as the end of a sentence that begins with its variable. */
export function whyNoKey(path: string): string | undefined {
  const read = textOf(path);
  if ("problem" in read) return read.problem;
  if (/ENCRYPTED/.test(read.text)) {
    return "must name a key without a passphrase: the rights of its file are what protects it";
  }
  return keyIn(read.text) === undefined
    ? "must name a file of a private key as PEM (-----BEGIN PRIVATE KEY-----)"
    : undefined;
}

/** Whether a key is the one that a certificate is for. Both can be read. */
export function isPair(files: { cert: string; key: string }): boolean {
  const [own] = certificatesIn(readFileSync(files.cert, "utf8")) ?? [];
  const key = keyIn(readFileSync(files.key, "utf8"));
  if (own === undefined || key === undefined) return false;
  return publicPartOf(own.publicKey).equals(
    publicPartOf(createPublicKey(exportOf(key))),
  );
}

/**
 * A certificate's subject as Kafka takes it for a principal if nothing else is configured: as RFC 2253 has it,
 * the most particular part first. Undefined if it cannot be read.
 */
export function subjectOf(path: string): string | undefined {
  const read = textOf(path);
  if ("problem" in read) return undefined;
  const [own] = certificatesIn(read.text) ?? [];
  return own?.subject.split("\n").reverse().join(",");
}

/** The file's text, or what is wrong with it. */
function textOf(path: string): { text: string } | { problem: string } {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error && "code" in error
      ? error.code
      : describeError(error);
    return {
      problem: `must name a file that is there and can be read (${reason})`,
    };
  }
}

/** Undefined if there is none, or one of them is none. */
function certificatesIn(text: string): X509Certificate[] | undefined {
  try {
    return text.match(certificateForm)
      ?.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function exportOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function publicPartOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ type: "spki", format: "der" }));
}
