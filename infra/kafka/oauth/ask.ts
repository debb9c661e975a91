import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { request as requestPlain } from "node:http";
import { request as requestByTls } from "node:https";

export type Question = {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Path of the certificates of authorities; by itself the runtime's own list. */
  readonly sslRootCert?: string | undefined;
  /** Milliseconds until the whole answer must be there: a login waits for it. */
  readonly timeoutMs: number;
};

export type Answer = { readonly status: number; readonly text: string };

/** Far more than any token has. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * Asks whoever gives out what one logs in with. Who answers late, too much or in part ends in an error, so that no login waits
 * for good.
 *
 * @throws {Error} if there is no whole answer in time
 */
export function ask(
  url: string,
  { method, headers, body = "", sslRootCert, timeoutMs }: Question,
): Promise<Answer> {
  const isPlain = new URL(url).protocol === "http:";
  return new Promise((resolve, reject) => {
    const request = (isPlain ? requestPlain : requestByTls)(url, {
      method,
      // No connection is kept: what is given lasts for longer than one would.
      agent: false,
      headers: {
        ...headers,
        ...body !== "" && { "content-length": Buffer.byteLength(body) },
      },
      ...(sslRootCert && { ca: readFileSync(sslRootCert, "utf8") }),
    }, (response) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      response.on("data", (chunk: Uint8Array) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error("too long"));
      });
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
        }));
      response.once("error", reject);
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    request.once("close", () => clearTimeout(timer));
    request.once("error", reject);
    request.end(body);
  });
}
