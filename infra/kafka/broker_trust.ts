import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { describeError } from "#runtime/errors.ts";
import { greet } from "#runtime/tls_handshake.ts";
import { parseBroker } from "./broker_address.ts";
import { brokerTls } from "./broker_tls.ts";
import { isEncrypted } from "./security_settings.ts";
import type { ConnectionConfig } from "./settings.ts";

/** ApiVersions, version 0, of no client by name: the one request that is answered before any login. */
const API_VERSIONS = Buffer.from("0000000a00120000000000000000", "hex");

/** Why a broker is of no use, and whether it will be so until a person has seen to it. */
type Why = { readonly sentence: string; readonly isCertain: boolean };

/**
 * Why brokers and this client do not believe each other, if that is why they cannot be used: kafkajs takes it for
 * one broker after the other that is away. Nothing secret is sent.
 *
 * @param options whose `isTimeUp` says that it has been waited for long enough: what may also be a broker on its way
 *   up or down is said too
 * @returns a reason as a sentence without its full stop, with what to do; undefined if it is another, or none
 *   answers in time
 */
export async function whyNotBelieved(
  config: ConnectionConfig,
  { isTimeUp }: { readonly isTimeUp: boolean },
): Promise<string | undefined> {
  const timeoutMs = isTimeUp ? 10_000 : 3_000;
  for (const broker of config.bootstrapServers) {
    const why = await whyNot(config, broker, timeoutMs);
    if (why?.isCertain || isTimeUp) return why?.sentence;
  }
  return undefined;
}

async function whyNot(
  config: ConnectionConfig,
  broker: string,
  timeoutMs: number,
): Promise<Why | undefined> {
  const { host = "", port = "" } = parseBroker(broker) ?? {};
  let isLate = false;
  const socket = connect(Number(port), host);
  socket.on("error", () => {}); // What it breaks ends in one of the answers below.
  const timer = setTimeout(() => {
    isLate = true;
    socket.destroy();
  }, timeoutMs);
  try {
    if (!await isConnected(socket)) return undefined;
    const problem = isEncrypted(config)
      ? await problemOf(socket, brokerTls(config, host) || {})
      : await greetingOf(socket);
    return isLate || problem === undefined
      ? undefined
      : explained(broker, problem);
  } catch (error) {
    return explained(broker, describeError(error));
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** What is wrong with a connection by TLS; undefined if the broker answers over it. */
async function problemOf(
  socket: Socket,
  ssl: ConnectionOptions,
): Promise<string | undefined> {
  const { secured, problem = DISCONNECTED } = await greet(socket, ssl);
  if (secured === undefined) return problem;
  try {
    // A server says only after the greeting that it does not believe us (RFC 8446 §4.4.2.4).
    return await refusalOf(secured);
  } finally {
    secured.destroy();
  }
}

/** What is wrong with a connection without TLS: that the broker speaks it. */
async function greetingOf(socket: Socket): Promise<string | undefined> {
  const { secured } = await greet(socket, { rejectUnauthorized: false });
  secured?.destroy();
  return secured && SPEAKS_TLS;
}

const SPEAKS_TLS = "it speaks TLS";
const DISCONNECTED = "disconnected before";
/** Whoever is believed is answered. */
const CLOSED = "closed without an answer";

type Cause = { readonly what: string; readonly isCertain: boolean };

const certain = (what: string): Cause => ({ what, isCertain: true });
const uncertain = (what: string): Cause => ({ what, isCertain: false });

/** By what OpenSSL (Bun) or rustls (Deno) call it, or the server by its alert. */
const causes: readonly (readonly [RegExp, Cause])[] = [
  [
    /altname|hostname|not valid for name|NotValidForName|IP: .* is not in/i,
    certain(
      "its certificate is not for this host: correct the certificate, or the name in KAFKA_BOOTSTRAP_SERVERS",
    ),
  ],
  [
    /alert|certificate.?required|bad.?certificate|handshake.?failure/i,
    certain(
      "it refuses our certificate, or wants one: correct EVENTFLOW_KAFKA_SSLCERT and EVENTFLOW_KAFKA_SSLKEY",
    ),
  ],
  [/expired/i, certain("its certificate has expired: renew it")],
  [
    /unknown.?issuer|self.?signed|unable to (verify|get)|local issuer/i,
    certain(
      "its certificate is by an authority that is not believed: correct EVENTFLOW_KAFKA_SSLROOTCERT",
    ),
  ],
  [
    new RegExp(CLOSED),
    uncertain(
      "it refuses our certificate, or wants one: correct EVENTFLOW_KAFKA_SSLCERT and EVENTFLOW_KAFKA_SSLKEY",
    ),
  ],
  [
    new RegExp(SPEAKS_TLS),
    uncertain(
      "set EVENTFLOW_KAFKA_TLS to true, or EVENTFLOW_KAFKA_SSLROOTCERT",
    ),
  ],
  [
    /disconnected before|wrong.?version|corrupt|invalid.?content|eof|reset/i,
    uncertain(
      "it does not speak TLS: correct the port in KAFKA_BOOTSTRAP_SERVERS, or EVENTFLOW_KAFKA_TLS",
    ),
  ],
];

/** Undefined if it is not known what it means: then it is waited for. */
function explained(broker: string, problem: string): Why | undefined {
  const [, cause] = causes.find(([pattern]) => pattern.test(problem)) ?? [];
  return cause && {
    sentence:
      `Kafka at ${broker} is not believed, or does not believe: ${cause.what} (${problem})`,
    isCertain: cause.isCertain,
  };
}

function isConnected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
}

function refusalOf(secured: TLSSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    secured.once("data", () => resolve(undefined));
    secured.once("error", (error) => resolve(describeError(error)));
    secured.once("close", () => resolve(CLOSED));
    secured.write(API_VERSIONS);
  });
}
