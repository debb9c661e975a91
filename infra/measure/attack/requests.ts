/**
 * What attackers send: requests in the form of webhooks, whose signature is none of the secret's.
 *
 * @module
 */
import { webhookHeaders } from "#contracts/headers.ts";
import { WEBHOOK_PATH } from "../bench/intake.ts";

/** Largest body that the intake takes. */
export const LARGEST_BODY = 1_048_576;

/** The headers a webhook must have, with a signature of the right form. */
export function unsigned(
  at = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  return {
    [webhookHeaders.timestamp]: String(at),
    [webhookHeaders.signature]: "0123456789abcdef".repeat(4),
  };
}

/** The head of a request, up to and with the empty line. */
export function head(
  { host, method = "POST", path = WEBHOOK_PATH, headers = unsigned() }: {
    readonly host: string;
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): string {
  const lines = Object.entries({ Host: host, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A question for a page, whole. */
export function get(host: string, path: string): string {
  return head({ host, method: "GET", path, headers: {} });
}

/** The head of a webhook that says how long its body is. */
export function declaring(
  { host, bytes, headers = {} }: {
    readonly host: string;
    readonly bytes: number;
    readonly headers?: Readonly<Record<string, string>>;
  },
): string {
  return head({
    host,
    headers: { ...unsigned(), "Content-Length": String(bytes), ...headers },
  });
}

/** The head of a webhook whose body comes in chunks. */
export function chunked(host: string): string {
  return head({
    host,
    headers: { ...unsigned(), "Transfer-Encoding": "chunked" },
  });
}
