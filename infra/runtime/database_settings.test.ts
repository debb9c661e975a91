import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, type Environment, readConfig } from "./config.ts";
import {
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "./database_settings.ts";

const addressFrom = (env: Environment) =>
  databaseAddress(
    readConfig("test", databaseSettings, env, databaseRelations),
    "writer",
  );

const refusal = (env: Environment): string => {
  try {
    addressFrom(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("the settings were accepted");
};

const development = { EVENTFLOW_ENVIRONMENT: "development" };

test("without settings the database is that of the local stack, in development", () => {
  assert.deepEqual(addressFrom(development), {
    host: "127.0.0.1",
    port: 5433,
    user: "eventflow_writer",
    password: "eventflow",
    database: "eventflow",
    sslMode: "disable",
  });
});

test("a URL names host, port, user, password, database and encryption", () => {
  assert.deepEqual(
    addressFrom({
      EVENTFLOW_DB_URL:
        "postgresql://us%40er:p%2Fw%3A@[::1]:6000/d%20b?sslmode=verify-full",
    }),
    {
      host: "::1",
      port: 6000,
      user: "us@er",
      password: "p/w:",
      database: "d b",
      sslMode: "verify-full",
    },
  );
});

test("a URL without a port means PostgreSQL's own", () => {
  assert.equal(
    addressFrom({ EVENTFLOW_DB_URL: "postgres://u@h/d" }).port,
    5432,
  );
});

test("parts set apart replace those of the local stack", () => {
  const address = addressFrom({
    EVENTFLOW_DB_HOST: "db.internal",
    EVENTFLOW_DB_PORT: "6543",
    EVENTFLOW_DB_PASSWORD: "secret",
  });
  assert.equal(address.host, "db.internal");
  assert.equal(address.port, 6543);
  assert.equal(address.password, "secret");
  assert.equal(address.user, "eventflow_writer");
});

for (
  const url of [
    "mysql://user:hunter2@host/db",
    "postgres://user:hunter2@host",
    "postgres://host/db",
    "postgres://user:hunter2@host/db?sslmode=prefer",
    "postgres://user:hunter2@host/db?options=-c",
    "postgres://user:hunter2@host/db?sslmode",
    "postgres://user:hunter2@host/db?sslmode=",
    "postgres://user:hunter2@host/db?sslmode=disable&sslmode=require",
    "postgres://user:hunter2@host/db?sslmode=require&password=x",
    "postgres://user:hunter2@host/db?sslrootcert=%0a",
    "postgres://user:hun?sslmode=ter2@host/db",
    "postgres://user:hunter%2@host/db",
    "user:hunter2@host/db",
    "postgres://me@user:12/hunter2@host/db",
    "postgres://user:hun@ter2@host/db",
    "postgres://user:hun#ter2@host/db",
    "postgres://user:hun?ter2@host/db",
    "postgres://user:pw@hunter2:99999/db",
    "postgres://user:pw@host/db/hunter2",
    "postgres://hunter2%0a:pw@host/db",
    "jdbc:mysql://host/db?password=hunter2",
    "jdbc:postgresql:db",
    "jdbc:postgresql://one,two/db?password=hunter2",
    "jdbc:postgresql://user:hunter2@host/db",
    "jdbc:postgresql://host/db?currentSchema=hunter2",
    "jdbc:postgresql://host/db?password=hunter2&password=hunter3",
    "jdbc:postgresql://host/db?sslmode=hunter2",
    "jdbc:postgresql://host/db?ssl=hunter2",
    "jdbc:postgresql://host:99999/db",
    "jdbc:postgresql://host/db?password=%0a",
  ]
) {
  test(`a URL that is not whole is refused without showing it: ${url}`, () => {
    const message = refusal({ EVENTFLOW_DB_URL: url });
    assert.match(message, /EVENTFLOW_DB_URL must be postgres:\/\//);
    assert.doesNotMatch(message, /hunter/);
  });
}

test("a part that contradicts the URL is refused, and of the URL nothing is shown", () => {
  assert.match(
    refusal({
      EVENTFLOW_DB_URL: "postgres://user:pw@one/db",
      EVENTFLOW_DB_HOST: "two",
      EVENTFLOW_DB_PORT: "5432",
    }),
    /EVENTFLOW_DB_HOST must agree with EVENTFLOW_DB_URL: current value two\.$/,
  );
});

test("a password that contradicts the URL is refused without showing either", () => {
  const message = refusal({
    EVENTFLOW_DB_URL: "postgres://user:hunter2@host/db",
    EVENTFLOW_DB_PASSWORD: "hunter3",
  });
  assert.match(message, /EVENTFLOW_DB_PASSWORD must agree/);
  assert.doesNotMatch(message, /hunter/);
});

test("parts that repeat the URL are accepted", () => {
  assert.equal(
    addressFrom({
      EVENTFLOW_DB_URL: "postgres://user:pw@host:5432/db",
      EVENTFLOW_DB_HOST: "host",
      EVENTFLOW_DB_PORT: "5432",
      EVENTFLOW_DB_USER: "user",
      EVENTFLOW_DB_PASSWORD: "pw",
      EVENTFLOW_DB_NAME: "db",
    }).host,
    "host",
  );
});

test("the public password is for explicit development, and a database on loopback", () => {
  assert.match(
    refusal({}),
    /EVENTFLOW_DB_PASSWORD or EVENTFLOW_DB_URL must be set/,
  );
  assert.match(
    refusal({ ...development, EVENTFLOW_DB_HOST: "db.internal" }),
    /EVENTFLOW_DB_PASSWORD or EVENTFLOW_DB_URL must be set/,
  );
  const given = { EVENTFLOW_DB_PASSWORD: "eventflow" };
  const elsewhere = { ...given, EVENTFLOW_DB_HOST: "db.internal" };
  const url = "postgres://eventflow:eventflow@db.internal/eventflow";
  assert.match(refusal(elsewhere), /must be a password of your own/);
  assert.match(
    refusal({ EVENTFLOW_DB_URL: url }),
    /must be a password of your own/,
  );
  // Said twice, as the compose file does.
  assert.equal(
    addressFrom({ ...development, EVENTFLOW_DB_URL: url }).host,
    "db.internal",
  );
  assert.equal(addressFrom(given).host, "127.0.0.1");
});

const remote = "postgres://user:pw@db.internal/db";

test("a database on another machine is believed by its certificate alone, unless said", () => {
  assert.equal(
    addressFrom({ EVENTFLOW_DB_URL: remote }).sslMode,
    "verify-full",
  );
  assert.equal(
    addressFrom({
      EVENTFLOW_DB_HOST: "db.internal",
      EVENTFLOW_DB_PASSWORD: "pw",
    }).sslMode,
    "verify-full",
  );
  for (
    const plain of [
      { EVENTFLOW_DB_URL: `${remote}?sslmode=disable` },
      { EVENTFLOW_DB_URL: remote, EVENTFLOW_DB_SSLMODE: "disable" },
      {
        EVENTFLOW_DB_HOST: "192.0.2.1",
        EVENTFLOW_DB_PASSWORD: "pw",
        EVENTFLOW_DB_SSLMODE: "disable",
      },
    ]
  ) {
    assert.match(
      refusal({ ...development, ...plain }),
      /must be verify-full for a database that is not on this machine, or EVENTFLOW_DB_ALLOW_PLAINTEXT true/,
    );
    const said = { ...plain, EVENTFLOW_DB_ALLOW_PLAINTEXT: "true" };
    assert.equal(addressFrom(said).sslMode, "disable");
  }
});

test("a mode set apart counts where the URL names none, and must agree where it does", () => {
  assert.equal(
    addressFrom({ EVENTFLOW_DB_URL: remote, EVENTFLOW_DB_SSLMODE: "require" })
      .sslMode,
    "require",
  );
  assert.match(
    refusal({
      EVENTFLOW_DB_URL: `${remote}?sslmode=verify-full`,
      EVENTFLOW_DB_SSLMODE: "require",
    }),
    /EVENTFLOW_DB_SSLMODE must agree with EVENTFLOW_DB_URL/,
  );
});

test("a file of certificates must be one, and be of use", () => {
  const withRoot = (more: string) => ({
    EVENTFLOW_DB_URL: `${remote}?${more}`,
  });
  const file = "sslrootcert=%2Fno%2Fsuch%2Ffile";
  assert.match(
    refusal(withRoot(`${file}&sslmode=verify-full`)),
    /EVENTFLOW_DB_SSLROOTCERT, or sslrootcert in EVENTFLOW_DB_URL, must name a file that is there and can be read \(ENOENT\)\.$/,
  );
  assert.match(
    refusal({
      EVENTFLOW_DB_URL: remote,
      EVENTFLOW_DB_SSLROOTCERT: "package.json",
    }),
    /must name a file of certificates as PEM/,
  );
  assert.match(
    refusal(withRoot(`sslmode=require&${file}`)),
    /must be verify-full or verify-ca if sslrootcert is set: current value require/,
  );
  assert.match(
    refusal(withRoot("sslmode=verify-ca")),
    /EVENTFLOW_DB_SSLROOTCERT.* must be set for verify-ca/,
  );
});

test("who names a file of certificates has them checked, on loopback too", () => {
  assert.match(
    refusal({
      EVENTFLOW_DB_URL: "postgres://user:pw@127.0.0.1/db",
      EVENTFLOW_DB_SSLROOTCERT: "package.json",
    }),
    /must name a file of certificates as PEM/,
  );
});

test("a password that is set but empty is not the public one", () => {
  const empty = { ...development, EVENTFLOW_DB_PASSWORD: "" };
  assert.match(refusal(empty), /EVENTFLOW_DB_PASSWORD is set but empty/);
  const url = "postgres://user@127.0.0.1/db";
  assert.equal(addressFrom({ ...empty, EVENTFLOW_DB_URL: url }).password, "");
});

test("a URL of JDBC works with the login apart, by its earlier name", () => {
  const address = addressFrom({
    EVENTFLOW_DB_URL: "jdbc:postgresql://db.internal/event%20flow",
    EVENTFLOW_DB_USERNAME: "writer",
    EVENTFLOW_DB_PASSWORD: "secret",
    EVENTFLOW_DB_SSLMODE: "require",
  });
  assert.deepEqual(address, {
    host: "db.internal",
    port: 5432,
    user: "writer",
    password: "secret",
    database: "event flow",
    sslMode: "require",
  });
});

test("a URL of JDBC may have the login and the encryption among its parameters", () => {
  const parameters = "user=us%40er&password=p%26w&ssl=true";
  const address = addressFrom({
    EVENTFLOW_DB_URL: `jdbc:postgresql://[::1]:6000/db?${parameters}`,
  });
  assert.deepEqual(address, {
    host: "::1",
    port: 6000,
    user: "us@er",
    password: "p&w",
    database: "db",
    sslMode: "verify-full",
  });
});

test("a URL of JDBC without a password brings in the public one no more than a host does", () => {
  const EVENTFLOW_DB_URL = "jdbc:postgresql://db.internal/db";
  assert.match(
    refusal({ EVENTFLOW_DB_URL, EVENTFLOW_DB_USERNAME: "u" }),
    /EVENTFLOW_DB_PASSWORD or EVENTFLOW_DB_URL must be set/,
  );
  assert.match(
    refusal({ EVENTFLOW_DB_URL, EVENTFLOW_DB_PASSWORD: "eventflow" }),
    /must be a password of your own/,
  );
  assert.match(
    refusal({
      EVENTFLOW_DB_URL: "jdbc:postgresql://one/db?user=writer",
      EVENTFLOW_DB_USERNAME: "another",
      EVENTFLOW_DB_PASSWORD: "secret",
    }),
    /EVENTFLOW_DB_USER must agree with EVENTFLOW_DB_URL/,
  );
});
