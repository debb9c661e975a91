import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { isEncrypted, type SecurityConfig } from "./security_settings.ts";

/**
 * What a connection to a broker is encrypted with, and whom it believes; false if it is not. Files are read
 * anew for each connection, as they are exchanged while a service runs.
 *
 * @throws if a file cannot be read
 */
export function brokerTls(
  config: SecurityConfig,
  host: string,
): false | ConnectionOptions {
  if (!isEncrypted(config)) return false;
  const { kafkaSslRootCert, kafkaSslCert, kafkaSslKey } = config;
  return {
    host,
    // A server name is never an address (RFC 6066 §3).
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: true,
    checkServerIdentity: (_name, certificate) =>
      checkServerIdentity(host, certificate),
    ...(kafkaSslRootCert && { ca: readFileSync(kafkaSslRootCert, "utf8") }),
    ...(kafkaSslCert && { cert: readFileSync(kafkaSslCert, "utf8") }),
    ...(kafkaSslKey && { key: readFileSync(kafkaSslKey, "utf8") }),
  };
}
