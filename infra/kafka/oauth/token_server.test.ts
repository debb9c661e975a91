import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import { DeniedError, TransientError } from "#runtime/errors.ts";
import { requestToken, type TokenServer } from "./token_server.ts";

type Asked = { readonly request: IncomingMessage; readonly body: string };

/** A server of tokens that answers so; what it was asked, and what a client makes of it. */
async function asking(
  status: number,
  answer: unknown,
  client: Partial<TokenServer> = {},
) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.once("end", () => {
      asked.push({ request, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end(
        typeof answer === "string" ? answer : JSON.stringify(answer),
      );
    });
  });
  const port = await listening(server);
  const outcome = await requestToken({
    url: `http://127.0.0.1:${port}/token`,
    clientId: "in:take",
    clientSecret: "s%cret: ä",
    ...client,
  }).catch((error) => error);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return { outcome, asked };
}

test("a token is asked for by the grant of client credentials, with the login encoded as a form's", async () => {
  const granted = { access_token: "t1", token_type: "Bearer", expires_in: 60 };
  const before = Date.now();
  const { outcome, asked } = await asking(200, granted, { scope: "kafka a" });
  assert.equal(outcome.value, "t1");
  assert.ok(outcome.expiresMs >= before + 60_000);
  const [one] = asked;
  assert.equal(one?.request.method, "POST");
  assert.equal(one?.body, "grant_type=client_credentials&scope=kafka+a");
  const login = one?.request.headers.authorization?.replace("Basic ", "");
  assert.equal(
    Buffer.from(login ?? "", "base64").toString(),
    "in%3Atake:s%25cret%3A+%C3%A4",
  );
});

test("who is refused a token is told by the server's code, and what to correct", async () => {
  const answer = { error: "invalid_client", error_description: "s%cret: ä" };
  const { outcome } = await asking(401, answer);
  assert.ok(outcome instanceof DeniedError);
  assert.match(
    outcome.message,
    /gives in:take no token \(401, invalid_client\): correct EVENTFLOW_KAFKA_OAUTH_CLIENT_ID/,
  );
  assert.doesNotMatch(outcome.message, /s%cret/);
});

test("a server that answers with no token is one that is away, and what it says is not shown", async () => {
  for (
    const [status, answer] of [
      [500, "a stack trace"],
      [200, "<html>"],
      [200, { access_token: "" }],
      [302, ""],
    ] as const
  ) {
    const { outcome } = await asking(status, answer);
    assert.ok(outcome instanceof TransientError, String(status));
    assert.ok(!(outcome instanceof DeniedError));
    assert.match(
      outcome.message,
      new RegExp(`answers ${status} and no token$`),
    );
  }
});

test("a server that is away is told by its URL", async () => {
  const { outcome } = await asking(200, "", { url: "http://127.0.0.1:1/t" });
  assert.ok(outcome instanceof TransientError);
  assert.match(
    outcome.message,
    /^Cannot get a token from http:\/\/127\.0\.0\.1:1\/t \(/,
  );
});
