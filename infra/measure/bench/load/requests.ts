import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { webhookHeaders } from "#contracts/headers.ts";
import type { LoadEvent } from "./events.ts";

/** Signed requests, made before the clock starts: the generator's own work would else be measured too. */
export function signedRequests(
  { count, event, secret, host, path }: {
    count: number;
    event: (index: number) => LoadEvent;
    secret: string;
    host: string;
    path: string;
  },
): Buffer[] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return Array.from({ length: count }, (_, index) => {
    const body = event(index).json;
    const signature = createHmac("sha256", secret)
      .update(`${timestamp}.`).update(body).digest("hex");
    return Buffer.from(
      `POST ${path} HTTP/1.1\r\n` +
        `Host: ${host}\r\n` +
        "User-Agent: bench-provider/1\r\n" +
        "Accept: */*\r\n" +
        "Content-Type: application/json\r\n" +
        `Content-Length: ${Buffer.byteLength(body)}\r\n` +
        `${webhookHeaders.timestamp}: ${timestamp}\r\n` +
        `${webhookHeaders.signature}: ${signature}\r\n` +
        `\r\n${body}`,
    );
  });
}
