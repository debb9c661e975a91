/**
 * Serves an app on Deno's own HTTP server, and ends without breaking a request.
 *
 * @module
 */
import type { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describeError } from "#runtime/errors.ts";
import { cannotListen } from "#runtime/http_server.ts";
import type { Log } from "#runtime/log.ts";

export type IngestServer = {
  readonly url: string;
  /** Resolves when every request under way is answered and the server is shut down. */
  drain(): Promise<void>;
};

/**
 * Milliseconds in which requests that arrive while draining are still served: about the time a load
 * balancer takes to see `/ready` at 503. Past it they are refused, so that draining comes to an end.
 */
export const LAST_CALL_MS = 500;

/**
 * Listens, and answers a handler that throws with a 500 that says nothing of the inside.
 *
 * `drain` counts requests itself until they are answered, because `shutdown` alone breaks request bodies
 * that are still being read (denoland/deno#36809). Answers on their way it does wait for.
 *
 * @throws {StartError} where the port is taken or may not be bound
 */
export function serveHttp(
  app: Hono,
  { host, port, portEnv, log }: {
    host: string;
    port: number;
    portEnv: string;
    log: Log;
  },
): Promise<IngestServer> {
  answerEverythingInJson(app, log);
  let inFlight = 0;
  let allAnswered = () => {};
  let phase: "serving" | "last call" | "refusing" = "serving";

  const serve = async (request: Request): Promise<Response> => {
    if (phase === "refusing") return stopping();
    inFlight++;
    try {
      const response = await app.fetch(request);
      if (phase !== "serving") response.headers.set("Connection", "close");
      return response;
    } finally {
      if (--inFlight === 0) allAnswered();
    }
  };

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname: host, port, onListen() {} }, serve);
  } catch (cause) {
    return Promise.reject(cannotListen({ host, port, portEnv }, cause));
  }

  return Promise.resolve({
    url: `http://${
      host.includes(":") ? `[${host}]` : host
    }:${server.addr.port}`,
    async drain() {
      phase = "last call";
      const lastCall = setTimeout(() => phase = "refusing", LAST_CALL_MS);
      while (inFlight > 0) {
        await new Promise<void>((resolve) => allAnswered = resolve);
      }
      clearTimeout(lastCall);
      phase = "refusing";
      await server.shutdown();
    },
  });
}

function answerEverythingInJson(app: Hono, log: Log): void {
  app.notFound((c) => c.json({ detail: "There is no such page." }, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) {
      return c.json({ detail: error.message }, error.status);
    }
    log.error("{method} {path} failed: {reason}", {
      method: c.req.method,
      path: c.req.path,
      reason: describeError(error),
      stack: error.stack,
    });
    return c.json({ detail: "The service failed to answer." }, 500);
  });
}

function stopping(): Response {
  return Response.json({ detail: "The service is stopping." }, {
    status: 503,
    headers: { "Connection": "close", "Retry-After": "1" },
  });
}
