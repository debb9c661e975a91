/**
 * What a driver needs of a database's address, whichever driver it is. Both are told whom to believe by the same
 * options of `tls.connect`: postgres 3.4.9 checks a certificate of an address (`127.0.0.1`) for the name
 * "localhost", and neither knows `sslrootcert`.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions,
} from "node:tls";
import type { DatabaseAddress } from "./database_settings.ts";
import { describeError } from "./errors.ts";

/** An address as postgres and pg take it. */
export type DatabaseConnection =
  & Pick<DatabaseAddress, "host" | "port" | "user" | "password" | "database">
  & { readonly ssl: false | ConnectionOptions };

/**
 * Reads the certificates anew, as they are exchanged while a service runs.
 *
 * @throws where their file cannot be read
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

/** What is wrong with a file of certificates, as the end of a sentence. The path may be a secret's, and is not shown. */
export function whyUnusable(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : "";
    return `must name a file that is there and can be read (${reason})`;
  }
  const blocks = text.match(
    /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g,
  );
  try {
    if (blocks === null) throw new Error("there is none");
    blocks.forEach((block) => new X509Certificate(block));
    return undefined;
  } catch {
    return "must name a file of certificates as PEM (-----BEGIN CERTIFICATE-----)";
  }
}

/** PostgreSQL documentation, "SSLRequest": a length of 8 and the number that asks for TLS. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const S = 0x53;

/**
 * Why a server is not believed, where that is why it cannot be used: drivers tell it in words of their own, or not
 * at all. Nothing secret is sent.
 *
 * @returns a reason as the end of a sentence; `undefined` where it is another, or none answers in time
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
    return await handshake(socket, tlsOf(address) || {});
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

function handshake(
  socket: Socket,
  ssl: ConnectionOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const secured = connectTls({ ...ssl, socket });
    secured.once("secureConnect", () => resolve(undefined));
    secured.once("error", (error: Error) => resolve(describeError(error)));
    secured.once("close", () => resolve(undefined));
  });
}
