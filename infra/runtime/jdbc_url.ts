/** What a JDBC URL says of a database. A login may stand in it, or apart. */
export type JdbcUrl = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly sslMode: string | undefined;
};

export const jdbcForm =
  "jdbc:postgresql://host:port/database, with at most ?user=, password=, sslmode= and ssl=";

const jdbcUrl = new RegExp(
  "^jdbc:postgresql://(?<host>\\[[0-9a-fA-F:.]+\\]|[\\w.-]+)(?::(?<port>\\d{1,5}))?" +
    "/(?<database>[^/?#@\\s]+)(?:\\?(?<parameters>[^#@\\s]*))?$",
);

const known = ["user", "password", "sslmode", "ssl"] as const;

export function isJdbcUrl(text: string): boolean {
  return text.startsWith("jdbc:");
}

/**
 * Reads the URL of PostgreSQL's JDBC driver (pgjdbc, "Connecting to the Database"), in the one form that names
 * host and database. Any parameter that is not known is refused: some change which data is seen.
 *
 * @returns undefined where it is none
 */
export function parseJdbcUrl(text: string): JdbcUrl | undefined {
  const { host = "", port = "5432", ...rest } = jdbcUrl.exec(text)?.groups ??
    {};
  const database = decoded(rest.database);
  const given = parametersOf(rest.parameters ?? "");
  if (
    host === "" || database === undefined || given === undefined ||
    Number(port) > 65_535
  ) return undefined;
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port),
    database,
    user: given.get("user"),
    password: given.get("password"),
    // As the driver has it, `ssl=true` checks who answers.
    sslMode: given.get("sslmode") ??
      (given.get("ssl") === "true" ? "verify-full" : undefined),
  };
}

function parametersOf(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const pair of text.split("&").filter(Boolean)) {
    const [name = "", ...rest] = pair.split("=");
    const value = decoded(rest.join("="));
    const isKnown = known.some((one) => one === name) && !found.has(name);
    if (!isKnown || !value) return undefined;
    found.set(name, value);
  }
  const ssl = found.get("ssl");
  return ssl === undefined || ssl === "true" || ssl === "false"
    ? found
    : undefined;
}

/** @returns undefined where the encoding is broken, or hides a control character */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const plain = decodeURIComponent(text.replaceAll("+", " "));
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
