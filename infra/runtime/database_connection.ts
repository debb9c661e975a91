/**
 * What a driver needs of a database's address, whichever driver it is. Both are told whom to believe by the same
 * options of `tls.connect`: postgres 3.4.9 checks a certificate of an address (`127.0.0.1`) for the name
 * "localhost", and neither knows `sslrootcert`.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import type { DatabaseAddress } from "./database_settings.ts";
import { greet } from "./tls_handshake.ts";

/** An address as postgres and pg take it. */
export type DatabaseConnection =
  & Pick<DatabaseAddress, "host" | "port" | "user" | "password" | "database">
  & { readonly ssl: false | ConnectionOptions };

/**
 * Reads the certificates anew, as they are exchanged while a service runs.
 *
 * @throws if their file cannot be read
 */
export function connectionTo(address: DatabaseAddress): DatabaseConnection {
  const { host, port, user, password, database } = address;
  return { host, port, user, password, database, ssl: tlsOf(address) };
}

function tlsOf(
  { host, sslMode, sslRootCert }: DatabaseAddress,
): false | ConnectionOptions {
  if (sslMode === "disable") return false;
  // A server name is never an address (RFC 6066 §3).
  const servername = isIP(host) ? {} : { servername: host };
  if (sslMode === "require") {
    return { ...servername, rejectUnauthorized: false };
  }
  return {
    ...servername,
    host,
    rejectUnauthorized: true,
    ...(sslRootCert !== undefined && { ca: readFileSync(sslRootCert, "utf8") }),
    checkServerIdentity: (_name, certificate) =>
      sslMode === "verify-ca"
        ? undefined
        : checkServerIdentity(host, certificate),
  };
}

/** PostgreSQL documentation, "SSLRequest": a length of 8 and the number that asks for TLS. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const S = 0x53;

/**
 * Why a server is not believed, if that is why it cannot be used: drivers tell it in words of their own, or not
 * at all. Nothing secret is sent.
 *
 * @returns a reason as the end of a sentence; `undefined` if it is another, or none answers in time
 */
export async function whyUntrusted(
  address: DatabaseAddress,
  { timeoutMs = 3_000 } = {},
): Promise<string | undefined> {
  if (address.sslMode === "disable") return undefined;
  const socket = connectTcp(address.port, address.host);
  socket.on("error", () => {}); // What it breaks ends in one of the answers below.
  const timer = setTimeout(() => socket.destroy(new Error("late")), timeoutMs);
  try {
    const answer = await firstByte(socket).catch(() => undefined);
    if (answer === undefined) return undefined;
    if (answer !== S) return "it does not speak TLS";
    return (await greet(socket, tlsOf(address) || {})).problem;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function firstByte(socket: Socket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    socket.once("connect", () => socket.write(SSL_REQUEST));
    socket.once("data", (bytes: Uint8Array) => resolve(bytes[0]));
    socket.once("error", reject);
    socket.once("close", () => resolve(undefined));
  });
}
