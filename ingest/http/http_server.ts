/**
 * Serves an app over HTTP/1.1, and ends without breaking a request.
 *
 * @module
 */
import type { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describeError } from "#runtime/errors.ts";
import { cannotListen } from "#runtime/http_server.ts";
import type { Log } from "#runtime/log.ts";
import { type PhaseLimits, phaseLimits } from "./http_connections.ts";
import { HttpListener, type HttpListenerEvents } from "./http_listener.ts";
import { type HttpRefusal, httpRefusals } from "./http_refusals.ts";
import type { IncomingRequest } from "./incoming_request.ts";
import { methodsOf } from "./routes.ts";

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

/** Of an app that does not say how many: a connection that does nothing takes some 6 kB. */
const MAX_CONNECTIONS = 1_000;

/**
 * Listens, and answers a handler that throws with a 500 that says nothing of the inside.
 *
 * @throws {StartError} if the port is taken or may not be bound
 */
export function serveHttp(
  app: Hono,
  { host, port, portEnv, log, ...rest }: {
    host: string;
    port: number;
    portEnv: string;
    log: Log;
    maxConnections?: number;
    limits?: Partial<PhaseLimits>;
    events?: HttpListenerEvents;
  },
): Promise<IngestServer> {
  const { maxConnections = MAX_CONNECTIONS, limits, events = unheard } = rest;
  answerEverythingInJson(app, log, events.refused);
  let inFlight = 0;
  let allAnswered = () => {};
  let phase: "serving" | "last call" | "refusing" = "serving";

  const answered = (response: Response) => {
    if (--inFlight === 0) allAnswered();
    return response;
  };
  const failed = (error: unknown) => {
    if (--inFlight === 0) allAnswered();
    throw error;
  };
  // No async function: of those that wait, each would have a frame of its own here.
  const answer = (request: IncomingRequest) => {
    if (phase === "refusing") return stopping();
    inFlight++;
    try {
      const answering = app.fetch(request);
      return answering instanceof Promise
        ? answering.then(answered, failed)
        : answered(answering);
    } catch (error) {
      return failed(error);
    }
  };

  let listener: HttpListener;
  try {
    listener = new HttpListener({
      host,
      port,
      maxConnections,
      limits: { ...phaseLimits, ...limits },
      answer,
      keepsAlive: () => phase === "serving",
      events,
      log,
    });
  } catch (cause) {
    return Promise.reject(cannotListen({ host, port, portEnv }, cause));
  }

  return Promise.resolve({
    url: `http://${listener.authority}`,
    async drain() {
      phase = "last call";
      const lastCall = setTimeout(() => phase = "refusing", LAST_CALL_MS);
      while (inFlight > 0) {
        await new Promise<void>((resolve) => allAnswered = resolve);
      }
      clearTimeout(lastCall);
      phase = "refusing";
      await listener.close();
    },
  });
}

const unheard: HttpListenerEvents = {
  listening() {},
  refused() {},
  closed() {},
};

function answerEverythingInJson(
  app: Hono,
  log: Log,
  refused: (refusal: HttpRefusal) => void,
): void {
  app.notFound((c) => {
    const allowed = methodsOf(app, c.req.path);
    const refusal = allowed.length > 0 ? "method_not_allowed" : "not_found";
    refused(refusal);
    // RFC 9110, 15.5.6
    if (allowed.length > 0) c.header("Allow", allowed.join(", "));
    const { status, detail } = httpRefusals[refusal];
    return c.json({ detail }, status);
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) {
      // A body that was given up is not waited for any longer.
      if (error.status === 408 || error.status === 413) {
        c.header("Connection", "close");
      }
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
