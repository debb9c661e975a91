import { X509Certificate } from "node:crypto";
import { type CertifiedKey, certifiedKey } from "./certified_key.ts";
import { digicertRoots } from "./digicert_roots.ts";

export type Environment = "live" | "sandbox";

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

/** PayPal's are such as `https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270`. */
const ADDRESS =
  /^https:\/\/([a-z.-]{1,64})\/v1\/notifications\/certs\/[\w-]{1,128}$/;

type IsAddress = (url: string, environment: Environment) => boolean;

const FETCH_MS = 3_000;
const MAX_BYTES = 65_536;
const MOST_IN_FILE = 6;

/** PayPal has two or three at a time in each environment. */
const MOST_KEPT = 32;
const MOST_REFUSED = 256;

/** Anybody can name addresses of PayPal's where nothing is: each would be a connection. */
const MOST_AT_ONCE = 8;

/** Nothing is asked for again before. What was there, and did not count, may have been somebody's mistake for a while. */
const REFUSED_FOR_MS: Readonly<Record<Refused, number>> = {
  certificate_unavailable: 2_000,
  bad_signature: 60_000,
};

/**
 * Certificates of PayPal, each fetched once. One counts if it is at an address of PayPal's, is for signing messages, and is
 * certified, link by link, by a root of PayPal's authority.
 */
export class CertificateStore {
  readonly #fetch: typeof fetch;
  readonly #isAddress: IsAddress;
  readonly #rootsInPem: () => readonly string[];
  readonly #clock: () => number;
  readonly #fetchMs: number;
  #obstacle: unknown;
  #roots: readonly X509Certificate[] = [];
  /** Of which `#roots` were read. */
  #pems: readonly string[] | undefined;
  /** Of PayPal, as its authority says: nobody else can fill it. */
  readonly #kept = new Map<string, CertifiedKey>();
  readonly #refused = new Map<string, { what: Refused; atMs: number }>();
  readonly #fetching = new Map<string, Promise<CertifiedKey | Refused>>();

  /**
   * @param of.isAddress where certificates may be; absent: at PayPal's
   * @param of.roots in PEM; absent: those of DigiCert, which certifies PayPal
   * @param of.clock milliseconds, by which what failed is tried again
   */
  constructor(
    {
      fetch,
      isAddress = isOfPayPal,
      roots = () => digicertRoots,
      clock = Date.now,
      fetchMs = FETCH_MS,
    }: {
      readonly fetch: typeof globalThis.fetch;
      readonly isAddress?: IsAddress;
      readonly roots?: () => readonly string[];
      readonly clock?: () => number;
      readonly fetchMs?: number;
    },
  ) {
    this.#fetch = fetch;
    this.#isAddress = isAddress;
    this.#rootsInPem = roots;
    this.#clock = clock;
    this.#fetchMs = fetchMs;
  }

  /** Why a certificate could not be had the last time that one could not. */
  get obstacle(): unknown {
    return this.#obstacle;
  }

  /**
   * The key that signed, if it is at this address.
   *
   * @param at.nowMs the time at which it must be valid
   */
  async keyAt(
    url: string,
    { environment, nowMs }: { environment: Environment; nowMs: number },
  ): Promise<CertifiedKey | Refused> {
    if (!this.#isAddress(url, environment)) return "bad_signature";
    const found = this.#knownAt(url) ?? await this.#fetched(url);
    if (typeof found === "string") return found;
    const { name, fromMs, toMs } = found;
    return name === names[environment] && fromMs <= nowMs && nowMs <= toMs
      ? found
      : "bad_signature";
  }

  #knownAt(url: string): CertifiedKey | Refused | undefined {
    const kept = this.#kept.get(url);
    if (kept !== undefined) return kept;
    const refused = this.#refused.get(url);
    return refused !== undefined &&
        this.#clock() - refused.atMs <= REFUSED_FOR_MS[refused.what]
      ? refused.what
      : undefined;
  }

  #fetched(url: string): Promise<CertifiedKey | Refused> {
    const underWay = this.#fetching.get(url);
    if (underWay !== undefined) return underWay;
    if (this.#fetching.size >= MOST_AT_ONCE) {
      this.#obstacle = new Error(
        `${MOST_AT_ONCE} addresses of certificates are being asked already`,
      );
      return Promise.resolve("certificate_unavailable");
    }
    const fetching = this.#find(url).then((found) => {
      this.#fetching.delete(url);
      this.#keep(url, found);
      return found;
    });
    this.#fetching.set(url, fetching);
    return fetching;
  }

  async #find(url: string): Promise<CertifiedKey | Refused> {
    try {
      const found = await certifiedKey(await this.#pemsAt(url), this.#all());
      const isOfPayPal = Object.values(names).some((name) =>
        name === found?.name
      );
      return isOfPayPal && found !== undefined ? found : "bad_signature";
    } catch (cause) {
      this.#obstacle = new Error(`Cannot have the certificate at ${url}`, {
        cause,
      });
      return "certificate_unavailable";
    }
  }

  #all(): readonly X509Certificate[] {
    const pems = this.#rootsInPem();
    if (pems !== this.#pems) {
      this.#roots = pems.map((pem) => new X509Certificate(pem));
      this.#pems = pems;
    }
    return this.#roots;
  }

  #keep(url: string, found: CertifiedKey | Refused): void {
    this.#refused.delete(url);
    if (typeof found === "string") {
      dropOldest(this.#refused, MOST_REFUSED);
      this.#refused.set(url, { what: found, atMs: this.#clock() });
    } else {
      dropOldest(this.#kept, MOST_KEPT);
      this.#kept.set(url, found);
    }
  }

  /** @throws if there are none that can be had */
  async #pemsAt(url: string): Promise<readonly string[]> {
    const fetch = this.#fetch;
    const response = await fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(this.#fetchMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answers ${response.status}`);
    }
    const text = await textOf(response);
    const pems = text.match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    ) ?? [];
    if (pems.length === 0) throw new Error("there is no certificate");
    return pems.slice(0, MOST_IN_FILE);
  }
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder("latin1");
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) {
      throw new Error(`it has more than ${MAX_BYTES} bytes`);
    }
  }
  return text;
}

/** In the one spelling that is taken, which no two programs can read otherwise: what is kept is found by it. */
function isOfPayPal(url: string, environment: Environment): boolean {
  const host = ADDRESS.exec(url)?.[1];
  return host !== undefined && hosts[environment].includes(host);
}
