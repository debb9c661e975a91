import type { MiddlewareHandler } from "hono";
import { isLoopback } from "#runtime/development.ts";

/** What a request is refused with that some web page may have had its reader's browser send. */
export const pageRefusals = {
  host: {
    status: 403,
    detail:
      "Host is not a name of this simulator: use localhost or 127.0.0.1, or name it in EVENTFLOW_SIMULATOR_HOSTS.",
  },
  origin: {
    status: 403,
    detail: "The request comes from a web page of another origin.",
  },
  media_type: {
    status: 415,
    detail: "Content-Type must be application/json.",
  },
} as const;

/**
 * Keeps web pages from using the simulator, which signs whatever it is asked to. Any page can have the
 * browser of a developer who visits it send a request to loopback. Of those that need no consent by CORS
 * (Fetch Standard, "CORS-safelisted request-header") none has the media type of JSON; a browser says the
 * origin and how it is related to ours; and a page whose own name was made to resolve to loopback (DNS
 * rebinding) has an origin equal to Host, but a Host that is no name of ours. Programs send no Origin.
 *
 * @param hosts names or addresses that the simulator has, beside those of loopback
 */
export function refuseForeignPages(
  hosts: readonly string[],
): MiddlewareHandler {
  const own = new Set(hosts.map(asInUrl));
  return async (c, next) => {
    const refusal = refusalOf(c.req.raw, own);
    if (refusal === undefined) return await next();
    const { status, detail } = pageRefusals[refusal];
    return c.json({ detail }, status);
  };
}

/** A host as the hostname of a URL has it. */
function asInUrl(host: string): string | undefined {
  const isBareIpv6 = host.includes(":") && !host.startsWith("[");
  return URL.parse(`http://${isBareIpv6 ? `[${host}]` : host}`)?.hostname;
}

/** Why a request is not answered, if it is not. */
export function refusalOf(
  { url, headers, method }: Pick<Request, "url" | "headers" | "method">,
  own: ReadonlySet<string | undefined>,
): keyof typeof pageRefusals | undefined {
  // What a Host header may be is not always a URL's host: 256.0.0.1 is none.
  const address = URL.parse(url);
  if (address === null) return "host";
  const { host, hostname } = address;
  if (!isLoopback(hostname) && !own.has(hostname)) return "host";
  const origin = headers.get("Origin");
  const isOwn = origin === null || URL.parse(origin)?.host === host;
  const site = headers.get("Sec-Fetch-Site") ?? "none";
  if (!isOwn || (site !== "none" && site !== "same-origin")) return "origin";
  // A browser asks first before it sends any, and has no body whose type could be told.
  if (method === "DELETE") return undefined;
  const type = headers.get("Content-Type") ?? "";
  return /^application\/json *(;|$)/i.test(type) ? undefined : "media_type";
}
