import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import { TransientError } from "#runtime/errors.ts";
import { type Environment, readConfig } from "#runtime/config.ts";
import { readCredentials } from "./credentials.ts";
import { containerCredentialsUrl, mskIamSettings } from "./settings.ts";

const configOf = (env: Environment) => readConfig("test", mskIamSettings, env);

/** A container's endpoint that answers so, or not at all; what it was asked, and what was made of it. */
async function asking(
  status: number,
  answer: unknown,
  env: Environment = {},
) {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? ""}`);
    if (answer === SILENCE) return;
    response.writeHead(status).end(
      typeof answer === "string" ? answer : JSON.stringify(answer),
    );
  });
  const port = await listening(server);
  const config = configOf({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/role`,
    ...env,
  });
  const outcome = await readCredentials(config).catch((error) => error);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return { asked, outcome };
}

const SILENCE = Symbol();

const given = {
  AccessKeyId: "ASIA1",
  SecretAccessKey: "the-secret",
  Token: "the-session",
  Expiration: "2026-03-01T18:00:00Z",
};

test("a task's credentials are asked for each time, with the token of a pod as it is then", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-credentials-"));
  const file = join(folder, "token");
  await writeFile(file, "a-pods-token");
  try {
    const { asked, outcome } = await asking(200, given, {
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    });
    assert.deepEqual(asked, ["/role a-pods-token"]);
    assert.equal(outcome.accessKeyId, "ASIA1");
    assert.equal(outcome.secretAccessKey, "the-secret");
    assert.equal(outcome.sessionToken, "the-session");
    assert.equal(outcome.expiration.toISOString(), "2026-03-01T18:00:00.000Z");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what ECS gives a task is a path at ECS's own address, and goes before what else is there", () => {
  assert.equal(
    containerCredentialsUrl(configOf({
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/other",
    })),
    "http://169.254.170.2/v2/credentials/1",
  );
});

test("an endpoint that gives no credentials is waited for, and what it says is not shown", async () => {
  const { asked, outcome } = await asking(500, { secret: "the-secret" });
  assert.ok(outcome instanceof TransientError);
  assert.equal(asked.length, 2, "asked once more");
  assert.match(
    outcome.message,
    /^Cannot get the credentials of this task's role from 127\.0\.0\.1:\d+ \(it answers 500\)$/,
  );
});

test("an endpoint that does not answer is not waited for without end, or no login would ever be tried again", async () => {
  const { asked, outcome } = await asking(200, SILENCE);
  assert.ok(outcome instanceof TransientError);
  assert.equal(asked.length, 2);
  assert.match(outcome.message, /\(no answer within 1000 ms\)$/);
});

test("nothing of an answer that has no credentials is shown", async () => {
  const { SecretAccessKey: secret } = given;
  for (
    const answer of [`${secret} `, `{"a":"${secret}`, { ...given, Token: 1 }]
  ) {
    const { outcome } = await asking(200, answer);
    assert.match(outcome.message, /\(it answers with no credentials\)$/);
  }
});

test("a person's credentials are those of the environment, with their end", async () => {
  assert.deepEqual(
    await readCredentials(configOf({
      AWS_ACCESS_KEY_ID: "ASIA2",
      AWS_SECRET_ACCESS_KEY: "the-secret",
      AWS_SESSION_TOKEN: "the-session",
      AWS_CREDENTIAL_EXPIRATION: "2026-03-01T18:00:00+00:00",
    })),
    {
      accessKeyId: "ASIA2",
      secretAccessKey: "the-secret",
      sessionToken: "the-session",
      expiration: new Date("2026-03-01T18:00:00Z"),
    },
  );
});
