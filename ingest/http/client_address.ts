/**
 * Who sent a request, if proxies stand in between. What a header says is believed as far as somebody trusted
 * wrote it: each proxy adds whom it was reached by at the end, and what stands before the first stranger may be
 * that stranger's invention.
 *
 * @module
 */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** Of the two, the proxies in front write one; the other comes from anybody, and is not looked at. */
export const forwardedHeaders = ["x-forwarded-for", "forwarded"] as const;

export type ForwardedHeader = typeof forwardedHeaders[number];

/** Addresses of which it is remembered whether they are trusted: to look takes some 10 µs, and a flood asks for each. */
const REMEMBERED = 1_024;

/** Addresses whose word is taken about who reached them. */
export class TrustedProxies {
  readonly #addresses = new BlockList();
  readonly #known = new Map<string, boolean>();
  #isNone = true;

  /** @param ranges each an address, or one with the length of a prefix behind a stroke; see `isRange` */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const { address = "", length } = partsOf(range) ?? {};
      if (length !== undefined) {
        this.#addresses.addSubnet(address, length, familyOf(address));
        this.#isNone = false;
      }
    }
  }

  has(address: string): boolean {
    if (this.#isNone) return false;
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const isTrusted = this.#addresses.check(address, familyOf(address));
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(address, isTrusted);
    return isTrusted;
  }
}

/** Whether a text is an address or a range of them, such as `10.0.0.0/8` or `2001:db8::/32`. */
export function isRange(text: string): boolean {
  return partsOf(text) !== undefined;
}

/**
 * The address nearest to us that is no trusted proxy; if all are, or one says something else than an address,
 * the farthest that is known. It is an address always, and never text that somebody sent.
 *
 * @param address of whoever is connected
 */
export function clientAddress(
  { address, headers, proxies, header }: {
    address: string;
    headers: Headers;
    proxies: TrustedProxies;
    header: ForwardedHeader;
  },
): string {
  let client = addressIn(address);
  if (client === undefined) return "unknown";
  if (!proxies.has(client)) return client;
  let rest = headers.get(header) ?? "";
  while (rest !== "" && proxies.has(client)) {
    const comma = rest.lastIndexOf(",");
    const hop = rest.slice(comma + 1).trim();
    rest = rest.slice(0, Math.max(comma, 0));
    const named: string | undefined = addressIn(
      header === "forwarded" ? forOf(hop) : hop,
    );
    if (named === undefined) return client;
    client = named;
  }
  return client;
}

/**
 * The node that an element of `Forwarded` is for (RFC 7239, section 4). One with a comma in quotes is none: an
 * address has no comma, and so the elements can be taken apart from the end, where a stranger's open quote means
 * nothing.
 */
function forOf(element: string): string {
  for (const pair of element.split(";")) {
    const [, token, quoted] =
      /^\s*for=(?:([\w.-]+)|"([\w.:[\]-]+)")\s*$/i.exec(pair) ?? [];
    const node = token ?? quoted;
    if (node !== undefined) return node;
  }
  return "";
}

/** The address in `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]` or `[2001:db8::7]:4711`. */
function addressIn(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\w+)?$/.exec(text)?.[1] ??
    /^([\d.]+):\w+$/.exec(text)?.[1] ?? text;
  if (isIPv4(bare)) return bare;
  // A zone is a name, and means something on the machine alone that it was written on.
  if (!isIPv6(bare) || bare.includes("%")) return undefined;
  const whole = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(whole);
  if (mapped === null) return whole;
  return mapped.slice(1).map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255]).join(".");
}

function partsOf(
  range: string,
): { address: string; length: number } | undefined {
  const [, address = "", prefix] = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/
    .exec(range) ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const length = prefix === undefined ? most : Number(prefix);
  return length < 0 || length > most ? undefined : { address, length };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}
