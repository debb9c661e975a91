/**
 * No part of a secret is told: whatever a secret is set to, no four characters of it stand in what a program says of
 * its settings.
 *
 * @module
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { ConfigError, readConfig, type Settings } from "#runtime/config.ts";
import {
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";
import { fileVariable } from "#runtime/given.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { receiverSettings } from "../../monitoring/alertmanager/config.ts";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";
import { readServiceSettings } from "./pages.ts";

const tables: [string, Settings][] = [
  ...(await readServiceSettings()).map((
    { folder, settings },
  ): [string, Settings] => [
    folder,
    { ...settings, ...serviceSettings },
  ]),
  ["alertmanager", receiverSettings],
  ["migrate", databaseSettings],
];

/** Letters that no sentence of ours has in a row, and what parsers of URLs, lists and files stumble over. */
const character = fc.constantFrom(
  ..."QXZJQXZJQXZJ@:/?#%,= \t\n\0\u200b\ufeff€",
);
const told = fc.array(character, { minLength: 4, maxLength: 40 })
  .map((characters) => characters.join(""));

const malformed = told.chain((secret) =>
  fc.constantFrom(
    secret,
    ` ${secret}`,
    `${secret},${secret}`,
    `postgres://user:${secret}@host/db`,
    `postgres://user:${secret}@host:5432/db?sslmode=disable`,
    `postgres://${secret}@host/db`,
    // Of the mail address a URL would make user and host, and of the password a port and a database.
    `postgres://me@example.com:12/${secret}@host/db`,
    `https://user:${secret}@host/path`,
    `https://host/${secret}?key=${secret}`,
    `htps://user:${secret}@host`,
    `authorization=${secret}`,
  ).map((text) => ({ secret, text }))
);

function assertUntold(secret: string, said: string): void {
  const shown = JSON.stringify(said);
  for (let at = 0; at + 4 <= secret.length; at++) {
    const slice = secret.slice(at, at + 4);
    // At least two letters of ours, so that it is none of the sentence's own.
    if (!/[QXZJ].*[QXZJ]/s.test(slice)) continue;
    assert.ok(!said.includes(slice), `${JSON.stringify(slice)} in ${shown}`);
  }
}

for (const [name, settings] of tables) {
  test(`${name}: nothing that a secret is set to is told`, () => {
    const secrets = Object.values(settings).filter(({ secret }) => secret);
    fc.assert(
      fc.property(
        fc.constantFrom(...secrets),
        fc.boolean(),
        malformed,
        ({ env }, isFile, { secret, text }) => {
          const variable = isFile ? fileVariable(env) : env;
          try {
            readConfig(name, settings, { [variable]: text });
          } catch (error) {
            // Anything else ends in a stack trace, and nobody knows what stands there.
            assert.ok(error instanceof ConfigError, describeError(error));
            assertUntold(
              secret,
              `${error.message}${error.stack}${
                describeError(error.cause ?? "")
              }`,
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });
}

test("a database URL that is taken tells nothing of its password, and one at odds with its parts neither", () => {
  fc.assert(
    fc.property(malformed, ({ secret, text }) => {
      const parts = {
        EVENTFLOW_DB_HOST: "another",
        EVENTFLOW_DB_PASSWORD: "another",
      };
      for (const further of [{}, parts]) {
        try {
          const env = { EVENTFLOW_DB_URL: text, ...further };
          const config = readConfig(
            "test",
            databaseSettings,
            env,
            databaseRelations,
          );
          // All but a user is said of a database in logs. A user may be one that the secret begins as.
          const { host, port, database } = databaseAddress(config, "reader");
          assertUntold(secret, `${database} at ${host}:${port}`);
        } catch (error) {
          assert.ok(error instanceof ConfigError, describeError(error));
          assertUntold(secret, error.message);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

const secret = "QXZJ,QQXX@ZZJJ/QZQZ#XJXJ?JQJQ QXXQ\n";
const malformedEverywhere = Object.fromEntries(
  tables.flatMap(([, settings]) => Object.values(settings))
    .filter((setting) => setting.secret)
    .map(({ env }) => [env, `https://${secret}`]),
);

for (
  const [program, ...args] of [
    [process.execPath, "run", "-A", "ingest/intake/main.ts"],
    [process.execPath, "run", "-A", "ingest/simulator/main.ts"],
    [process.execPath, "run", "-A", "ingest/http/permissions.ts", "intake"],
    [process.execPath, "run", "-A", "infra/operations/audit/main.ts"],
    [process.execPath, "run", "-A", "infra/operations/topics/topics.ts"],
    [process.execPath, "run", "-A", "infra/monitoring/alertmanager/main.ts"],
    [bunProgram, "workers/validator/main.ts"],
    [bunProgram, "workers/persistence/main.ts"],
    [bunProgram, "workers/persistence/migrate.ts"],
  ]
) {
  const what = args.filter((arg) => arg.includes("/")).join(" ");
  test(`${what} prints no part of a secret`, async () => {
    const { output } = await run(String(program), args);
    assert.notEqual(output, "");
    assertUntold(secret, output);
  });
}

function run(program: string, args: string[]): Promise<{ output: string }> {
  return new Promise((resolve) => {
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
      ...malformedEverywhere,
    };
    const command = [
      join(repositoryRoot, args.find((arg) => arg.includes("/")) ?? ""),
    ];
    const all = args.map((arg) => arg.includes("/") ? command[0] ?? arg : arg);
    execFile(
      program,
      all,
      { env, cwd: repositoryRoot },
      (_error, stdout, stderr) => resolve({ output: stdout + stderr }),
    );
  });
}
