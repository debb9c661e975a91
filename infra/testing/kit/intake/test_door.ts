/** The intake's app on its real server, over a fake publish, for tests of what reaches it by the wire. */
import { type Log, silentLog } from "#runtime/log.ts";
import type { PhaseLimits } from "../../../../ingest/http/http_connections.ts";
import { serveHttp } from "../../../../ingest/http/http_server.ts";
import { doorMetrics } from "../../../../ingest/intake/door_metrics.ts";
import { intake, PATH, webhook } from "./testing.ts";

/** So that no body is late because the machine has other work. */
const patient = {
  EVENTFLOW_INTAKE_BODY_TIMEOUT_MS: "60000",
  EVENTFLOW_INTAKE_SMALL_BODY_TIMEOUT_MS: "60000",
};

export async function openDoor(
  { env = {}, limits = {}, maxConnections = 100, log = silentLog(), recorder }:
    {
      recorder?: NonNullable<Parameters<typeof intake>[0]>["recorder"];
      env?: Record<string, string>;
      /** For what the app says, not the server. */
      log?: Log;
      limits?: Partial<PhaseLimits>;
      maxConnections?: number;
    } = {},
) {
  const { app, published, metrics } = intake({
    env: { ...patient, ...env },
    log,
    ...recorder && { recorder },
  });
  const server = await serveHttp(app, {
    host: "127.0.0.1",
    port: 0,
    portEnv: "SOME_PORT",
    log: silentLog(),
    limits,
    maxConnections,
    events: doorMetrics(metrics),
  });
  return {
    url: server.url,
    published,
    /** The value of a series, by the rest of its name behind `eventflow_intake_`. */
    async count(series: string): Promise<number> {
      const line = (await metrics.render()).split("\n")
        .find((one) => one.startsWith(`eventflow_intake_${series} `));
      return Number(line?.split(" ").at(-1));
    },
    [Symbol.asyncDispose]: () => server.drain(),
  };
}

/** The head of a signed webhook with the lines that are added, and its body. */
export function onTheWire(
  { lines = [], length, ...options }:
    & Parameters<typeof webhook>[0]
    & { lines?: string[]; length?: string } = {},
): { head: string; body: string } {
  const { headers, body } = webhook(options);
  const text = new TextDecoder("latin1").decode(
    body instanceof Uint8Array ? body : new Uint8Array(),
  );
  return {
    head: [
      `POST ${PATH} HTTP/1.1`,
      "Host: intake.example:8000",
      ...[...new Headers(headers)].map(([name, value]) => `${name}: ${value}`),
      length ?? `Content-Length: ${text.length}`,
      ...lines,
      "\r\n",
    ].join("\r\n"),
    body: text,
  };
}
