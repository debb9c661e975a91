/**
 * What a machine of one's own may do and nothing else: use the defaults that stand in the documentation. It is
 * said explicitly, because a service cannot see who reaches its loopback: a proxy may stand there.
 *
 * @module
 */
import { isIP } from "node:net";
import type { Environment } from "./config.ts";

export const environments = ["production", "development"] as const;

export const ENVIRONMENT = "EVENTFLOW_ENVIRONMENT";
export const BIND_HOST = "EVENTFLOW_BIND_HOST";
export const LOOPBACK = "127.0.0.1";

/** Who may do everything at the dead-letter desk of a machine of one's own. */
export const PUBLIC_DESK_TOKEN = "eventflow-local-desk-token";

/** Why a default that everybody knows may not be used here; undefined if it may. */
export function publicDefaultsRefused(env: Environment): string | undefined {
  const environment = env[ENVIRONMENT]?.trim() || "production";
  const bindHost = env[BIND_HOST]?.trim() || LOOPBACK;
  if (environment !== "development") {
    return `the public one is for ${ENVIRONMENT}=development on loopback alone`;
  }
  return isLoopback(bindHost)
    ? undefined
    : `the public one is for loopback alone, and ${BIND_HOST} is not`;
}

/** Whether only this machine is meant by a host: 127.0.0.0/8, ::1 (RFC 6890) or localhost (RFC 6761). */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  switch (isIP(bare)) {
    case 4:
      return bare.startsWith("127.");
    case 6:
      return URL.parse(`http://[${bare}]`)?.hostname === "[::1]";
    default:
      return bare === "localhost";
  }
}
