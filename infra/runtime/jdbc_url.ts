import {
  type DatabaseUrl,
  decoded,
  PLACE,
  placeIn,
  sslModeOf,
} from "./database_url.ts";

export const jdbcForm =
  "jdbc:postgresql://host:port/database, with at most ?user=, password=, sslmode= and ssl=";

const jdbcUrl = new RegExp(
  `^jdbc:postgresql://${PLACE}` +
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
 * @returns undefined if it is none
 */
export function parseJdbcUrl(text: string): DatabaseUrl | undefined {
  const groups = jdbcUrl.exec(text)?.groups ?? {};
  const place = placeIn(groups);
  const database = plain(groups.database);
  const given = parametersOf(groups.parameters ?? "");
  if (place === undefined || database === undefined || given === undefined) {
    return undefined;
  }
  // As the driver has it, `ssl=true` checks who answers.
  const named = given.get("sslmode") ??
    (given.get("ssl") === "true" ? "verify-full" : undefined);
  const sslMode = sslModeOf(named);
  if (sslMode !== named) return undefined;
  return {
    ...place,
    database,
    user: given.get("user"),
    password: given.get("password"),
    sslMode,
    sslRootCert: undefined,
  };
}

function parametersOf(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const pair of text.split("&").filter(Boolean)) {
    const [name = "", ...rest] = pair.split("=");
    const value = plain(rest.join("="));
    const isKnown = known.some((one) => one === name) && !found.has(name);
    if (!isKnown || !value) return undefined;
    found.set(name, value);
  }
  const ssl = found.get("ssl");
  return ssl === undefined || ssl === "true" || ssl === "false"
    ? found
    : undefined;
}

/** As the driver decodes, for which a plus is a blank. */
function plain(text: string | undefined): string | undefined {
  return decoded(text?.replaceAll("+", " "));
}
