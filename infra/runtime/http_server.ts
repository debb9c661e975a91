import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { exitCodes } from "./errors.ts";
import { StartError } from "./lifecycle.ts";

export type HttpServer = {
  readonly url: string;
  close(): Promise<void>;
};

/**
 * Serves an app on `node:http`, which both runtimes have. Meant for health and metrics; the intake,
 * where speed and strangers count, has a server of its own (ingest/http/http_server.ts).
 *
 * @throws {StartError} if the port is taken or may not be bound
 */
export function listen(
  app: Hono,
  { host, port, portEnv }: { host: string; port: number; portEnv: string },
): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, hostname: host, port },
      (address) =>
        resolve({
          url: `http://${host}:${address.port}`,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed());
              if ("closeAllConnections" in server) server.closeAllConnections();
            }),
        }),
    );
    server.on(
      "error",
      (error) => reject(cannotListen({ host, port, portEnv }, error)),
    );
  });
}

/** The sentence for a port that cannot be bound. */
export function cannotListen(
  { host, port, portEnv }: { host: string; port: number; portEnv: string },
  cause: unknown,
): StartError {
  const taken = cause instanceof Error &&
    (("code" in cause && cause.code === "EADDRINUSE") ||
      cause.name === "AddrInUse");
  const advice = `set ${portEnv} to another port (0 picks a free one)`;
  return new StartError(
    taken
      ? `Port ${port} on ${host} is taken: end what listens there or ${advice}.`
      : `Cannot listen on ${host}:${port}: ${advice}.`,
    { cause, exitCode: exitCodes.config },
  );
}
