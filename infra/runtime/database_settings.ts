import { z } from "zod";
import {
  alsoNamed,
  choice,
  type Config,
  ConfigError,
  host,
  optional,
  port,
  type Relation,
  secret,
  type Setting,
  text,
} from "./config.ts";
import { ENVIRONMENT, isLoopback } from "./development.ts";
import { developmentSettings } from "./development_settings.ts";
import { isJdbcUrl, jdbcForm, parseJdbcUrl } from "./jdbc_url.ts";

const sslModes = ["disable", "require", "verify-full"] as const;

/** Where a database is and how to log in. */
export type DatabaseAddress = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** As libpq has it: `require` encrypts, `verify-full` also checks who answers. */
  readonly sslMode: typeof sslModes[number];
};

/** What a URL says of it: one of JDBC may leave the rest to be given apart. */
type AddressOfUrl =
  & Pick<DatabaseAddress, "host" | "port" | "database">
  & {
    readonly [K in "user" | "password" | "sslMode"]:
      | DatabaseAddress[K]
      | undefined;
  };

/** The password stands in the documentation. */
const localStack: DatabaseAddress = {
  host: "127.0.0.1",
  port: 5433,
  user: "eventflow",
  password: "eventflow",
  database: "eventflow",
  sslMode: "disable",
};

const urlForm =
  "must be postgres://user:password@host:port/database, with at most ?sslmode=" +
  sslModes.join("|") + `, or ${jdbcForm}`;

const databaseUrl: Setting<AddressOfUrl> = {
  env: "EVENTFLOW_DB_URL",
  doc: "postgres://user:password@host:port/database, or set its parts apart; " +
    "also jdbc:postgresql://host:port/database, with the login apart",
  secret: true,
  schema: z.string().transform((value, context) => {
    const address = isJdbcUrl(value)
      ? addressOfJdbc(value)
      : parseDatabaseUrl(value);
    if (address !== undefined) return address;
    context.addIssue({ code: "custom", message: urlForm });
    return z.NEVER;
  }),
};

/** The database, as one URL or in parts. */
export const databaseSettings = {
  ...developmentSettings,
  dbUrl: optional(databaseUrl),
  dbHost: optional(host("EVENTFLOW_DB_HOST", {
    doc: `host of the database; by itself ${localStack.host}`,
  })),
  dbPort: optional(port("EVENTFLOW_DB_PORT", {
    doc: `port of the database; by itself ${localStack.port}`,
  })),
  dbUser: optional(alsoNamed(
    "EVENTFLOW_DB_USERNAME",
    text("EVENTFLOW_DB_USER", {
      doc: `user to log in as; by itself ${localStack.user}`,
    }),
  )),
  dbPassword: optional({
    ...secret("EVENTFLOW_DB_PASSWORD", {
      doc: "password of that user; by itself that of the local stack, in " +
        "explicit development and where the host is loopback",
    }),
    emptyCounts: true,
    schema: z.string(),
  }),
  dbName: optional(text("EVENTFLOW_DB_NAME", {
    doc: `name of the database; by itself ${localStack.database}`,
  })),
  dbSslMode: optional(choice("EVENTFLOW_DB_SSLMODE", {
    values: sslModes,
    doc: `encryption, as libpq has it; by itself ${localStack.sslMode}`,
  })),
};

type DatabaseConfig = Config<typeof databaseSettings>;

/** What is set apart from the URL may repeat it, not contradict it. Of the URL nothing is shown. */
const formsAgree: Relation<typeof databaseSettings> = (config) => {
  const url = config.dbUrl;
  if (url === undefined) return undefined;
  const problems = Object.entries(partsOf(config)).flatMap(([key, part]) => {
    if (part.value === undefined || part.value === "") return [];
    const inUrl = part.in(url);
    if (inUrl === undefined || part.value === inUrl) return [];
    const value = key === "password" ? "" : `: current value ${part.value}`;
    return [`${part.env} must agree with EVENTFLOW_DB_URL${value}`];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
};

/** A password that everybody knows opens nothing but a database of this machine, or one of explicit development. */
const passwordIsOwn: Relation<typeof databaseSettings> = (config) => {
  const { dbUrl: url, dbPassword: password, environment } = config;
  const host = url?.host ?? config.dbHost ?? localStack.host;
  const isDevelopment = environment === "development";
  const isApart = url?.password === undefined;
  if (isApart && password === "") {
    return "EVENTFLOW_DB_PASSWORD is set but empty: set it, unset it, or say in EVENTFLOW_DB_URL that there is none";
  }
  if (isApart && password === undefined) {
    return isDevelopment && isLoopback(host)
      ? undefined
      : `EVENTFLOW_DB_PASSWORD or EVENTFLOW_DB_URL must be set, or the file of either: the public password is for ${ENVIRONMENT}=development and a database on loopback alone`;
  }
  const isPublic = (url?.password ?? password) === localStack.password;
  return isPublic && !isDevelopment && !isLoopback(host)
    ? `EVENTFLOW_DB_PASSWORD or the one in EVENTFLOW_DB_URL must be a password of your own, as the public one is for ${ENVIRONMENT}=development or a database on loopback alone`
    : undefined;
};

export const databaseRelations = [formsAgree, passwordIsOwn];

/**
 * The database the settings name; what they leave open is as in the local stack.
 *
 * @throws {ConfigError} where the password would be the public one and may not be
 */
export function databaseAddress(config: DatabaseConfig): DatabaseAddress {
  const problem = passwordIsOwn(config);
  if (problem !== undefined) throw new ConfigError(`${problem}.`);
  const url = config.dbUrl;
  return {
    host: url?.host ?? config.dbHost ?? localStack.host,
    port: url?.port ?? config.dbPort ?? localStack.port,
    user: url?.user ?? config.dbUser ?? localStack.user,
    password: url?.password ?? config.dbPassword ?? localStack.password,
    database: url?.database ?? config.dbName ?? localStack.database,
    sslMode: url?.sslMode ?? config.dbSslMode ?? localStack.sslMode,
  };
}

function partsOf(config: DatabaseConfig) {
  const part = (
    key: keyof DatabaseAddress,
    { env }: { env: string },
    value: string | number | undefined,
  ) => ({ env, value, in: (url: AddressOfUrl) => url[key] });
  return {
    host: part("host", databaseSettings.dbHost, config.dbHost),
    port: part("port", databaseSettings.dbPort, config.dbPort),
    user: part("user", databaseSettings.dbUser, config.dbUser),
    password: part("password", databaseSettings.dbPassword, config.dbPassword),
    database: part("database", databaseSettings.dbName, config.dbName),
    sslMode: part("sslMode", databaseSettings.dbSslMode, config.dbSslMode),
  };
}

/**
 * A connection URI (libpq, "Connection URIs") that names everything. Stricter than a URL: whatever of a password
 * is not percent-encoded must not become part of a host or a name, which are shown.
 */
const connectionUri = new RegExp(
  "^postgres(?:ql)?://(?<user>[^:/?#@\\s]+)(?::(?<password>[^/?#@\\s]*))?" +
    "@(?<host>\\[[0-9a-fA-F:.]+\\]|[\\w.-]+)(?::(?<port>\\d{1,5}))?" +
    "/(?<database>[^/?#@\\s]+)(?:\\?sslmode=(?<sslmode>[\\w-]+))?$",
);

/** @returns `undefined` where it is not whole */
function parseDatabaseUrl(text: string): DatabaseAddress | undefined {
  const { host = "", port = "5432", sslmode = "disable", ...encoded } =
    connectionUri.exec(text)?.groups ?? {};
  const sslMode = sslModes.find((mode) => mode === sslmode);
  const user = decoded(encoded.user);
  const password = decoded(encoded.password ?? "");
  const database = decoded(encoded.database);
  if (
    host === "" || sslMode === undefined || Number(port) > 65_535 ||
    user === undefined || password === undefined || database === undefined
  ) return undefined;
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return { host: bare, port: Number(port), user, password, database, sslMode };
}

/** @returns `undefined` where it is not whole */
function addressOfJdbc(text: string): AddressOfUrl | undefined {
  const address = parseJdbcUrl(text);
  if (address === undefined) return undefined;
  const { sslMode: wanted } = address;
  const sslMode = sslModes.find((mode) => mode === wanted);
  return sslMode === wanted ? { ...address, sslMode } : undefined;
}

/** @returns `undefined` where the encoding is broken, or hides a control character */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const plain = decodeURIComponent(text);
    return /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
