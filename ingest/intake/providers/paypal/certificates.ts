import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

export type Environment = "live" | "sandbox";

/** A certificate's key, and its serial number: what says of a stored signature who made it. */
export type CertifiedKey = { readonly key: CryptoKey; readonly serial: string };

/** Not fetched is no proof against anybody: it is tried again. */
type Refused = "certificate_unavailable" | "bad_signature";

const hosts: Readonly<Record<Environment, readonly string[]>> = {
  live: ["api.paypal.com", "api-m.paypal.com"],
  sandbox: ["api.sandbox.paypal.com", "api-m.sandbox.paypal.com"],
};

/** All that the intake may have to reach, as host and port. */
export const certificateHosts = Object.values(hosts).flat()
  .map((host) => `${host}:443`);

const names: Readonly<Record<Environment, string>> = {
  live: "messageverificationcerts.paypal.com",
  sandbox: "messageverificationcerts.sandbox.paypal.com",
};

const PATH = "/v1/notifications/certs/";
const FETCH_MS = 3_000;
const MAX_BYTES = 65_536;
const MOST_IN_CHAIN = 6;
const MOST_KEPT = 32;

/** What could not be fetched is not asked for again before. */
const FAILED_FOR_MS = 2_000;

type Kept = {
  readonly chain: Promise<readonly X509Certificate[] | undefined>;
  readonly atMs: number;
  hasFailed: boolean;
};

/**
 * Certificates of PayPal, each fetched once. One counts if it is at an address of PayPal's, is for signing messages, and is
 * certified, link by link, by a root that PayPal's authority has.
 */
export class CertificateStore {
  readonly #fetch: typeof fetch;
  readonly #roots: readonly X509Certificate[];
  readonly #kept = new Map<string, Kept>();

  /** @param of.roots in PEM; absent: those of DigiCert, which certifies PayPal */
  constructor({ fetch, roots = rootsOf("DigiCert") }: {
    readonly fetch: typeof globalThis.fetch;
    readonly roots?: readonly string[];
  }) {
    this.#fetch = fetch;
    this.#roots = roots.map((pem) => new X509Certificate(pem));
  }

  /**
   * The key that signed, if it is at this address.
   *
   * @param at.nowMs the time at which it must be valid, and by which what was fetched is kept
   */
  async keyAt(
    url: string,
    { environment, nowMs }: { environment: Environment; nowMs: number },
  ): Promise<CertifiedKey | Refused> {
    if (!isOfPayPal(url, environment)) return "bad_signature";
    const chain = await this.#chainAt(url, Date.now());
    if (chain === undefined) return "certificate_unavailable";
    const [leaf] = chain;
    return leaf !== undefined && isFor(leaf, names[environment]) &&
        chain.every((one) => isValidAt(one, nowMs)) &&
        isCertified(chain, this.#roots)
      ? { key: await keyOf(leaf), serial: leaf.serialNumber }
      : "bad_signature";
  }

  async #chainAt(
    url: string,
    nowMs: number,
  ): Promise<readonly X509Certificate[] | undefined> {
    const known = this.#kept.get(url);
    if (
      known !== undefined &&
      !(known.hasFailed && nowMs - known.atMs > FAILED_FOR_MS)
    ) return await known.chain;
    const kept: Kept = {
      chain: this.#fetchChain(url).catch(() => {
        kept.hasFailed = true;
        return undefined;
      }),
      atMs: nowMs,
      hasFailed: false,
    };
    // Anybody can name addresses of PayPal's where nothing is.
    if (this.#kept.size >= MOST_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(url, kept);
    return await kept.chain;
  }

  async #fetchChain(url: string): Promise<readonly X509Certificate[]> {
    const response = await this.#fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(FETCH_MS),
    });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const text = await textOf(response);
    const pems = text.match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    ) ?? [];
    if (pems.length === 0) throw new Error(`${url} has no certificate`);
    return pems.slice(0, MOST_IN_CHAIN).map((pem) => new X509Certificate(pem));
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error("A certificate is not so long");
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}

function rootsOf(authority: string): string[] {
  return rootCertificates.filter((pem) =>
    new X509Certificate(pem).subject.includes(authority)
  );
}

function isOfPayPal(text: string, environment: Environment): boolean {
  if (text.length > 512 || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === "https:" && hosts[environment].includes(url.host) &&
    url.username === "" && url.password === "" && url.search === "" &&
    url.hash === "" && url.pathname.startsWith(PATH) &&
    // No other spelling of it: what is kept is found by its address.
    url.href === text;
}

function isFor({ subject }: X509Certificate, name: string): boolean {
  return subject.split("\n").includes(`CN=${name}`);
}

function isValidAt(
  { validFrom, validTo }: X509Certificate,
  nowMs: number,
): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
}

/** Neither runtime has a builder of chains: each link is checked by itself. */
function isCertified(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  const isLink = (one: X509Certificate, issuer: X509Certificate) =>
    issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);
  const last = chain.at(-1);
  return last !== undefined &&
    chain.slice(1).every((issuer, n) => {
      const one = chain[n];
      return one !== undefined && isLink(one, issuer);
    }) &&
    roots.some((root) =>
      root.fingerprint256 === last.fingerprint256 && chain.length > 1 ||
      isLink(last, root)
    );
}

async function keyOf({ publicKey }: X509Certificate): Promise<CryptoKey> {
  return await crypto.subtle.importKey(
    "spki",
    publicKey.export({ type: "spki", format: "der" }) as Uint8Array<
      ArrayBuffer
    >,
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    false,
    ["verify"],
  );
}
