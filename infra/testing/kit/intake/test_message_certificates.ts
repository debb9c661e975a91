/**
 * For tests: an authority, and what it certifies, made anew by openssl 3; nobody else believes it.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In PEM, with the key of what it certifies. */
export type Certified = { readonly pem: string; readonly key: string };

const rsaKey = (bits: number) =>
  generateKeyPairSync("rsa", {
    modulusLength: bits,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

/** Made once: they take the longest. */
export const keys = {
  root: rsaKey(2_048),
  between: rsaKey(2_048),
  leaf: rsaKey(2_048),
  short: rsaKey(1_024),
  ec: generateKeyPairSync("ec", {
    namedCurve: "prime256v1",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey,
} as const;

const CA = [
  "basicConstraints=critical,CA:TRUE",
  "keyUsage=critical,keyCertSign",
];

/** Certified by itself, for ten days from now. */
export function selfSigned(
  { subject, key = keys.root, extensions = CA }: {
    subject: string;
    key?: string;
    extensions?: readonly string[];
  },
): Certified {
  return issue({ subject, key, extensions });
}

/** Certified by another, for ten days from now. */
export function certifiedBy(
  issuer: Certified,
  { subject, key = keys.leaf, extensions = ["basicConstraints=CA:FALSE"] }: {
    /** As openssl has it: `/O=Acme/CN=name`. */
    subject: string;
    key?: string;
    extensions?: readonly string[];
  },
): Certified {
  return issue({ subject, key, extensions, issuer });
}

/** An authority between. */
export function authorityBy(
  issuer: Certified,
  { subject, key = keys.between, extensions = CA }: {
    subject: string;
    key?: string;
    extensions?: readonly string[];
  },
): Certified {
  return issue({ subject, key, extensions, issuer });
}

export function privateKeyOf({ key }: Certified): KeyObject {
  return createPrivateKey(key);
}

function issue(
  { subject, key, extensions, issuer }: {
    subject: string;
    key: string;
    extensions: readonly string[];
    issuer?: Certified;
  },
): Certified {
  const folder = mkdtempSync(join(tmpdir(), "eventflow-openssl-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return name;
  };
  const openssl = (...args: readonly string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  try {
    openssl(
      ...["req", "-new", "-key", file("its.key", key)],
      ...["-subj", subject, "-out", "its.csr"],
    );
    const by = issuer === undefined ? ["-signkey", "its.key"] : [
      ...["-CA", file("ca.pem", issuer.pem)],
      ...["-CAkey", file("ca.key", issuer.key)],
    ];
    openssl(
      ...["x509", "-req", "-sha256", "-in", "its.csr", "-days", "10", ...by],
      ...["-set_serial", `0x0${randomUUID().replaceAll("-", "").slice(1)}`],
      ...["-extfile", file("its.ext", extensions.join("\n"))],
      ...["-out", "its.pem"],
    );
    return { pem: readFileSync(join(folder, "its.pem"), "utf8"), key };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
