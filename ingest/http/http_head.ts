import type { HttpRefusal } from "./http_refusals.ts";
import { errno, RequestParser } from "./request_parser.ts";

/** What a request says before its body. */
export type Head = {
  readonly method: string;
  /** A path with its query, or the asterisk. */
  readonly target: string;
  /** A host or host:port; absent from HTTP/1.0 alone. */
  readonly host: string | undefined;
  /** Names and values by turns, as they were sent. */
  readonly headers: readonly string[];
  /** Whether another request may follow on the connection. */
  readonly keepsAlive: boolean;
  /** Bytes of the body, or that it comes in chunks. */
  readonly body: number | "chunked";
  /** Whether the sender waits for a 100 before it sends the body. */
  readonly expectsContinue: boolean;
};

/** Bytes of the largest head: the 16 Ki characters that an app takes, with room for what frames them. */
export const MAX_HEAD_BYTES = 24 * 1024;

/** A name, an IPv4 or a bracketed IPv6 address, and a port: no path, no user. RFC 3986, 3.2.2, without percent-encoding. */
const HOST = /^(?:[\w.~-]+|\[(?=.*:.*:)[0-9a-fA-F:.]+\])(?::(\d{1,5}))?$/;

/** What proxies are sent. Its host counts, and not what the header says: RFC 9112, 3.2.2. */
const WHOLE_URL = /^https?:\/\/([^/?#]+)(.*)$/i;

/** Heads are parsed whole, so that one parser serves all. */
const parser = new RequestParser({ hasBody: false });

/**
 * Parses a whole head, its empty line included.
 *
 * @param text the same bytes, one character each
 */
export function parseHead(
  bytes: Uint8Array,
  text: string,
): Head | HttpRefusal {
  const headers: string[] = [];
  let target: string | undefined;
  let keepsAlive: boolean | undefined;
  parser.reset();
  const error = parser.parse(bytes, {
    url: (from, to) => target = text.slice(from, to),
    headerName: (from, to) => headers.push(text.slice(from, to)),
    headerValue(from, to) {
      // Blanks behind a value are no part of it; llhttp leaves them. No others are: RFC 9112, 5.1.
      let end = to;
      while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
      headers.push(text.slice(from, end));
    },
    headersComplete: (itDoes) => keepsAlive = itDoes,
  });
  // llhttp passes over those, lone ones too.
  if (text.startsWith("\r") || text.startsWith("\n")) return "bad_request";
  const line = text.slice(0, text.indexOf("\r"));
  const version = / (HTTP\/\d\.\d)$/.exec(line)?.[1];
  if (version === "HTTP/2.0") return "http_version";
  // An upgrade that is asked for and not offered is ignored: RFC 9110, 7.8.
  if (error !== errno.ok && error !== errno.pausedUpgrade) {
    return /^\S+ \S+ HTTP\/(?!1\.[01]$)\d\.\d$/.test(line)
      ? "http_version"
      : "bad_request";
  }
  if (target === undefined || keepsAlive === undefined) return "bad_request";
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") return "http_version";
  const method = text.slice(0, text.indexOf(" "));
  if (method === "CONNECT") return "not_implemented";
  return complete({
    method,
    target,
    headers,
    // Who asks for it in 1.0 would have to be told so with each answer. Nearly nobody does.
    keepsAlive: keepsAlive && version === "HTTP/1.1",
  }, version);
}

function complete(
  head: Pick<Head, "method" | "target" | "headers" | "keepsAlive">,
  version: "HTTP/1.1" | "HTTP/1.0",
): Head | HttpRefusal {
  const { headers } = head;
  let host: string | undefined;
  let body: number | "chunked" = 0;
  let expectsContinue = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    switch (name.length) {
      case 4:
        if (!/^host$/i.test(name)) break;
        if (host !== undefined || !isHost(value)) return "bad_host";
        host = value;
        break;
      case 6:
        if (!/^expect$/i.test(name)) break;
        if (!/^100-continue$/i.test(value)) return "expectation_failed";
        // Nobody who speaks 1.0 waits for it: RFC 9110, 10.1.1.
        expectsContinue = version === "HTTP/1.1";
        break;
      case 14:
        // llhttp has seen to it that it is one decimal number, and no transfer coding beside it.
        if (/^content-length$/i.test(name)) body = Number(value);
        break;
      case 17:
        if (!/^transfer-encoding$/i.test(name)) break;
        if (version === "HTTP/1.0" || body === "chunked") return "bad_request";
        if (!/^chunked$/i.test(value)) return "not_implemented";
        body = "chunked";
        break;
    }
  }
  if (host === undefined && version === "HTTP/1.1") return "bad_host";
  const rest = { ...head, body, expectsContinue };
  if (head.target.startsWith("/") || head.target === "*") {
    return { ...rest, host };
  }
  const [, authority = "", path = ""] = WHOLE_URL.exec(head.target) ?? [];
  if (!isHost(authority)) return "bad_request";
  return {
    ...rest,
    host: authority,
    target: path.startsWith("/") ? path : `/${path}`,
  };
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function isHost(text: string): boolean {
  const match = HOST.exec(text);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}
