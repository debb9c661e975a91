import { z } from "zod";
import {
  choice,
  type Config,
  optional,
  port,
  type Relation,
  secret,
  type Setting,
  text,
} from "./config.ts";

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
  sslModes.join("|");

const databaseUrl: Setting<DatabaseAddress> = {
  env: "EVENTFLOW_DB_URL",
  doc: "postgres://user:password@host:port/database, or set its parts apart",
  secret: true,
  schema: z.string().transform((value, context) => {
    const address = parseDatabaseUrl(value);
    if (address !== undefined) return address;
    context.addIssue({ code: "custom", message: urlForm });
    return z.NEVER;
  }),
};

/** The database, as one URL or in parts. */
export const databaseSettings = {
  dbUrl: optional(databaseUrl),
  dbHost: optional(text("EVENTFLOW_DB_HOST", {
    doc: `host of the database; by itself ${localStack.host}`,
  })),
  dbPort: optional(port("EVENTFLOW_DB_PORT", {
    doc: `port of the database; by itself ${localStack.port}`,
  })),
  dbUser: optional(text("EVENTFLOW_DB_USER", {
    doc: `user to log in as; by itself ${localStack.user}`,
  })),
  dbPassword: optional(secret("EVENTFLOW_DB_PASSWORD", {
    doc: "password of that user; by itself that of the local stack",
  })),
  dbName: optional(text("EVENTFLOW_DB_NAME", {
    doc: `name of the database; by itself ${localStack.database}`,
  })),
  dbSslMode: optional(choice("EVENTFLOW_DB_SSLMODE", {
    values: sslModes,
    doc: `encryption, as libpq has it; by itself ${localStack.sslMode}`,
  })),
};

type DatabaseConfig = Config<typeof databaseSettings>;

/** What is set apart from the URL may repeat it, not contradict it. */
export const databaseFormsAgree: Relation<typeof databaseSettings> = (
  config,
) => {
  const url = config.dbUrl;
  if (url === undefined) return undefined;
  const problems = Object.entries(partsOf(config)).flatMap(([key, part]) => {
    if (part.value === undefined || part.value === part.in(url)) return [];
    const values = key === "password"
      ? ""
      : `: current values ${part.value} and ${part.in(url)}`;
    return [`${part.env} must agree with EVENTFLOW_DB_URL${values}`];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
};

/** The database the settings name; what they leave open is as in the local stack. */
export function databaseAddress(config: DatabaseConfig): DatabaseAddress {
  return config.dbUrl ?? {
    host: config.dbHost ?? localStack.host,
    port: config.dbPort ?? localStack.port,
    user: config.dbUser ?? localStack.user,
    password: config.dbPassword ?? localStack.password,
    database: config.dbName ?? localStack.database,
    sslMode: config.dbSslMode ?? localStack.sslMode,
  };
}

function partsOf(config: DatabaseConfig) {
  const part = (
    key: keyof DatabaseAddress,
    { env }: { env: string },
    value: string | number | undefined,
  ) => ({ env, value, in: (url: DatabaseAddress) => url[key] });
  return {
    host: part("host", databaseSettings.dbHost, config.dbHost),
    port: part("port", databaseSettings.dbPort, config.dbPort),
    user: part("user", databaseSettings.dbUser, config.dbUser),
    password: part("password", databaseSettings.dbPassword, config.dbPassword),
    database: part("database", databaseSettings.dbName, config.dbName),
    sslMode: part("sslMode", databaseSettings.dbSslMode, config.dbSslMode),
  };
}

/** Reads a connection URI (libpq, "Connection URIs") that names everything; `undefined` if it does not. */
function parseDatabaseUrl(text: string): DatabaseAddress | undefined {
  try {
    const url = new URL(text);
    const { sslmode = "disable", ...others } = Object.fromEntries(
      url.searchParams,
    );
    const sslMode = sslModes.find((mode) => mode === sslmode);
    const address = {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port || "5432"),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
    const whole = /^postgres(ql)?:$/.test(url.protocol) && url.hash === "" &&
      address.host !== "" && address.user !== "" && address.database !== "" &&
      Object.keys(others).length === 0;
    return whole && sslMode !== undefined ? { ...address, sslMode } : undefined;
  } catch {
    return undefined;
  }
}
