import { z } from "zod";
import { whyUnusable } from "./certificate_files.ts";
import {
  alsoNamed,
  choice,
  type Config,
  ConfigError,
  flag,
  host,
  optional,
  port,
  type Relation,
  secret,
  type Setting,
  text,
} from "./config.ts";
import { type DatabaseRole, databaseRoles } from "./database_roles.ts";
import {
  type DatabaseUrl,
  databaseUrlForm,
  parseDatabaseUrl,
  type SslMode,
  sslModes,
} from "./database_url.ts";
import { ENVIRONMENT, isLoopback } from "./development.ts";
import { developmentSettings } from "./development_settings.ts";
import { isJdbcUrl, jdbcForm, parseJdbcUrl } from "./jdbc_url.ts";

/** Where a database is and how to log in. */
export type DatabaseAddress = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /**
   * As libpq has it: `require` encrypts and believes anybody, `verify-ca` believes whoever has a certificate of
   * the authorities in `sslRootCert`, `verify-full` only one for this host.
   */
  readonly sslMode: SslMode;
  /** Path of the certificates of authorities; by itself the runtime's own list. */
  readonly sslRootCert?: string | undefined;
  /** The variable that says all of this, if it is not EVENTFLOW_DB_URL and the others of its kind. */
  readonly urlVariable?: string;
};

/** The password stands in the documentation. */
const localStack = {
  host: "127.0.0.1",
  port: 5433,
  password: "eventflow",
  database: "eventflow",
};

const databaseUrl: Setting<DatabaseUrl> = {
  env: "EVENTFLOW_DB_URL",
  doc: "postgres://user:password@host:port/database, also with " +
    "?sslmode=verify-full&sslrootcert=PATH; or set its parts apart; " +
    "also jdbc:postgresql://host:port/database, with the login apart",
  secret: true,
  schema: z.string().transform((value, context) => {
    const address = isJdbcUrl(value)
      ? parseJdbcUrl(value)
      : parseDatabaseUrl(value);
    if (address !== undefined) return address;
    context.addIssue({
      code: "custom",
      message: `${databaseUrlForm}, or ${jdbcForm}`,
    });
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
      doc:
        `user to log in as; by itself ${databaseRoles.owner} for migrations, ` +
        `${databaseRoles.writer} for persistence, ${databaseRoles.reader} for the audit`,
    }),
  )),
  dbPassword: optional({
    ...secret("EVENTFLOW_DB_PASSWORD", {
      doc: "password of that user; by itself that of the local stack, in " +
        "explicit development if the host is loopback",
    }),
    emptyCounts: true,
    schema: z.string(),
  }),
  dbName: optional(text("EVENTFLOW_DB_NAME", {
    doc: `name of the database; by itself ${localStack.database}`,
  })),
  dbSslMode: optional(choice("EVENTFLOW_DB_SSLMODE", {
    values: sslModes,
    doc: `encryption, as libpq has it (${sslModes.join(", ")}); by itself ` +
      "disable on loopback, else verify-full",
  })),
  dbSslRootCert: optional(text("EVENTFLOW_DB_SSLROOTCERT", {
    doc:
      "file of the certificates (PEM) of the authorities that a database is believed by; " +
      "by itself those that the runtime brings",
  })),
  dbAllowPlaintext: flag("EVENTFLOW_DB_ALLOW_PLAINTEXT", {
    fallback: "false",
    doc:
      "true lets sslmode be disable for a database that is not on this machine, " +
      "on a network of your own",
  }),
};

const SSL_MODE = "EVENTFLOW_DB_SSLMODE, or sslmode in EVENTFLOW_DB_URL,";
const SSL_ROOT_CERT =
  "EVENTFLOW_DB_SSLROOTCERT, or sslrootcert in EVENTFLOW_DB_URL,";

type DatabaseConfig = Config<typeof databaseSettings>;

/** What is set apart from the URL may repeat it, not contradict it. Of the URL nothing is shown. */
const formsAgree: Relation<typeof databaseSettings> = (config) => {
  const url = config.dbUrl;
  if (url === undefined) return undefined;
  const problems = Object.entries(partsOf(config)).flatMap(([key, part]) => {
    if (part.value === undefined || part.value === "") return [];
    const inUrl = part.in(url);
    // Of the login and of encryption a URL may say nothing.
    if (inUrl === undefined || part.value === inUrl) return [];
    const value = key === "password" ? "" : `: current value ${part.value}`;
    return [`${part.env} must agree with EVENTFLOW_DB_URL${value}`];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
};

/** A password that everybody knows opens nothing but a database of this machine, or one of explicit development. */
const passwordIsOwn: Relation<typeof databaseSettings> = (config) => {
  const { dbUrl: url, dbPassword: password, environment } = config;
  const host = hostOf(config);
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

/** Who reads along on the way to another machine has the password and every payment. */
const plaintextIsSaid: Relation<typeof databaseSettings> = (config) =>
  encryptionOf(config).sslMode === "disable" &&
    !isLoopback(hostOf(config)) && !config.dbAllowPlaintext
    ? `${SSL_MODE} must be verify-full for a database that is not on this machine, or EVENTFLOW_DB_ALLOW_PLAINTEXT true on a network of your own: current value disable`
    : undefined;

/** A file that nobody asks would only look like a check. */
const rootCertIsUsed: Relation<typeof databaseSettings> = (config) => {
  const { sslMode, sslRootCert } = encryptionOf(config);
  if (sslMode === "verify-ca" && sslRootCert === undefined) {
    return `${SSL_ROOT_CERT} must be set for verify-ca: by the authorities everybody has, anybody's server would be believed`;
  }
  if (sslRootCert === undefined) return undefined;
  if (sslMode === "disable" || sslMode === "require") {
    return `${SSL_MODE} must be verify-full or verify-ca if sslrootcert is set: current value ${sslMode}`;
  }
  const problem = whyUnusable(sslRootCert);
  return problem === undefined ? undefined : `${SSL_ROOT_CERT} ${problem}`;
};

export const databaseRelations = [
  formsAgree,
  passwordIsOwn,
  plaintextIsSaid,
  rootCertIsUsed,
];

/**
 * The database the settings name; what they leave open is as in the local stack.
 *
 * @param role whom to log in as if they do not say
 * @throws {ConfigError} if the password would be the public one and may not be
 */
export function databaseAddress(
  config: DatabaseConfig,
  role: DatabaseRole,
): DatabaseAddress {
  const problem = passwordIsOwn(config);
  if (problem !== undefined) throw new ConfigError(`${problem}.`);
  const url = config.dbUrl;
  return {
    host: hostOf(config),
    port: url?.port ?? config.dbPort ?? localStack.port,
    user: url?.user ?? config.dbUser ?? databaseRoles[role],
    password: url?.password ?? config.dbPassword ?? localStack.password,
    database: url?.database ?? config.dbName ?? localStack.database,
    ...encryptionOf(config),
  };
}

function hostOf(config: DatabaseConfig): string {
  return config.dbUrl?.host ?? config.dbHost ?? localStack.host;
}

function encryptionOf(
  config: DatabaseConfig,
): Pick<DatabaseAddress, "sslMode" | "sslRootCert"> {
  const sslRootCert = config.dbUrl?.sslRootCert ?? config.dbSslRootCert;
  const sslMode = sslModeFor({
    host: hostOf(config),
    sslMode: config.dbUrl?.sslMode ?? config.dbSslMode,
    sslRootCert,
  });
  return { sslMode, ...(sslRootCert !== undefined && { sslRootCert }) };
}

/** Off this machine nobody is believed without a certificate, unless said. */
export function sslModeFor(
  { host, sslMode, sslRootCert }: Pick<
    DatabaseUrl,
    "host" | "sslMode" | "sslRootCert"
  >,
): SslMode {
  const isLocal = isLoopback(host) && sslRootCert === undefined;
  return sslMode ?? (isLocal ? "disable" : "verify-full");
}

function partsOf(config: DatabaseConfig) {
  const part = (
    key: keyof DatabaseUrl,
    { env }: { env: string },
    value: string | number | undefined,
  ) => ({ env, value, in: (url: DatabaseUrl) => url[key] });
  return {
    host: part("host", databaseSettings.dbHost, config.dbHost),
    port: part("port", databaseSettings.dbPort, config.dbPort),
    user: part("user", databaseSettings.dbUser, config.dbUser),
    password: part("password", databaseSettings.dbPassword, config.dbPassword),
    database: part("database", databaseSettings.dbName, config.dbName),
    sslMode: part("sslMode", databaseSettings.dbSslMode, config.dbSslMode),
    sslRootCert: part(
      "sslRootCert",
      databaseSettings.dbSslRootCert,
      config.dbSslRootCert,
    ),
  };
}
