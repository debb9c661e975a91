/** How a connection is encrypted and whom it believes, in libpq's words ("SSL Mode Descriptions"). */
export const sslModes = [
  "disable",
  "require",
  "verify-ca",
  "verify-full",
] as const;

export type SslMode = typeof sslModes[number];

/** What a URL says; of encryption, and one of JDBC of the login, it may say nothing. */
export type DatabaseUrl = {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslMode: SslMode | undefined;
  /** Path of a file of certificates. */
  readonly sslRootCert: string | undefined;
};

/** In a URL: a host, or an address of IPv6 in brackets, and a port. */
export const PLACE =
  "(?<host>\\[[0-9a-fA-F:.]+\\]|[\\w.-]+)(?::(?<port>\\d{1,5}))?";

/** A place as `PLACE` finds it, with PostgreSQL's own port if none is said; `undefined` if there is none. */
export function placeIn(
  { host, port = "5432" }: Readonly<Record<string, string | undefined>>,
): Pick<DatabaseUrl, "host" | "port"> | undefined {
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

export const databaseUrlForm =
  "must be postgres://user:password@host:port/database, with at most ?sslmode=" +
  `${sslModes.join("|")} and &sslrootcert=PATH`;

/**
 * A connection URI (libpq, "Connection URIs") that names everything. Stricter than a URL: whatever of a password
 * is not percent-encoded must not become part of a host or a name, which are shown.
 */
const connectionUri = new RegExp(
  "^postgres(?:ql)?://(?<user>[^:/?#@\\s]+)(?::(?<password>[^/?#@\\s]*))?" +
    `@${PLACE}` +
    "/(?<database>[^/?#@\\s]+)(?:\\?(?<query>[^?#@\\s]+))?$",
);

/** @returns `undefined` if it is not whole */
export function parseDatabaseUrl(text: string): DatabaseUrl | undefined {
  const { query, ...encoded } = connectionUri.exec(text)?.groups ?? {};
  const place = placeIn(encoded);
  const user = decoded(encoded.user);
  const password = decoded(encoded.password ?? "");
  const database = decoded(encoded.database);
  const encryption = parseQuery(query);
  if (
    place === undefined || encryption === undefined ||
    user === undefined || password === undefined || database === undefined
  ) return undefined;
  return {
    ...place,
    user,
    password,
    database,
    ...encryption,
  };
}

/** @returns `undefined` if it has any other key, one twice, or a mode that there is not */
function parseQuery(
  query: string | undefined,
): Pick<DatabaseUrl, "sslMode" | "sslRootCert"> | undefined {
  const pairs = query?.split("&") ?? [];
  const given = new Map<string, string>();
  for (const pair of pairs) {
    const [, key = "", value] = /^(sslmode|sslrootcert)=(.+)$/.exec(pair) ?? [];
    const plain = decoded(value);
    if (plain === undefined || given.has(key)) return undefined;
    given.set(key, plain);
  }
  const named = given.get("sslmode");
  const sslMode = sslModeOf(named);
  if (sslMode !== named) return undefined;
  return { sslMode, sslRootCert: given.get("sslrootcert") };
}

/** The mode of this name; `undefined` if there is none. */
export function sslModeOf(name: string | undefined): SslMode | undefined {
  return sslModes.find((mode) => mode === name);
}

/** @returns `undefined` if the encoding is broken, or hides a control character */
export function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const plain = decodeURIComponent(text);
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
