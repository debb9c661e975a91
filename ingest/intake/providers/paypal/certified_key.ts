import { X509Certificate } from "node:crypto";

/** The key of a certificate that a root certifies, and what else is asked of it for each request. */
export type CertifiedKey = {
  readonly key: CryptoKey;
  /** What says of a stored signature who made it; in upper-case hex, without zeros in front. */
  readonly serial: string;
  /** The one common name of its subject. */
  readonly name: string;
  /** In which all of its chain is valid, in milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** The least that authorities certify (CA/Browser Forum, Baseline Requirements, 6.1.5). */
const LEAST_BITS = 2_048;

/**
 * The key of the first certificate, if the others lead from it to one of the roots. Neither runtime has a builder of chains: each
 * link is checked by itself. What leads nowhere is passed over, as TLS does.
 *
 * @returns undefined if it is not certified, has no common name or several, or has no RSA key of some length
 * @throws if a certificate cannot be read
 */
export async function certifiedKey(
  pems: readonly string[],
  roots: readonly X509Certificate[],
): Promise<CertifiedKey | undefined> {
  const [leaf, ...others] = pems.map((pem) => new X509Certificate(pem));
  if (leaf === undefined || leaf.ca) return undefined;
  const chain = chainFrom(leaf, others, roots);
  const name = nameOf(leaf);
  const { publicKey } = leaf;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (
    chain === undefined || name === undefined ||
    publicKey.asymmetricKeyType !== "rsa" || bits < LEAST_BITS
  ) return undefined;
  return {
    key: await crypto.subtle.importKey(
      "spki",
      new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      false,
      ["verify"],
    ),
    serial: leaf.serialNumber.replace(/^0+(?=.)/, "").toUpperCase(),
    name,
    fromMs: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    toMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  };
}

/** The leaf, those between, and the root; undefined if they lead to none. */
function chainFrom(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): readonly X509Certificate[] | undefined {
  const chain = [leaf];
  for (let last = leaf;;) {
    const root = roots.find((root) => isLink(last, root));
    if (root !== undefined) return [...chain, root];
    const issuer = others.find((one) =>
      !chain.includes(one) && isLink(last, one)
    );
    if (issuer === undefined) return undefined;
    chain.push(issuer);
    last = issuer;
  }
}

/** `checkIssued` asks for the use of the issuer's key too, where that is said. */
function isLink(one: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);
}

/** Deno does not escape a line's end within a name, so that one name may look like two: then it is none. */
function nameOf({ subject }: X509Certificate): string | undefined {
  const [name, ...more] = subject.split("\n")
    .filter((line) => line.startsWith("CN="));
  return more.length > 0 ? undefined : name?.slice("CN=".length);
}
