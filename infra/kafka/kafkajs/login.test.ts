import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { AuthenticationProviderArgs } from "kafkajs";
import { DeniedError } from "#runtime/errors.ts";
import { authenticateBy } from "./login.ts";

/** Logs in at a broker that answers so, one answer a message; what it was told. */
async function loggingIn(
  answers: readonly (string | Error)[],
  token = () => Promise.resolve("t1"),
) {
  const told: string[] = [];
  const saslAuthenticate: AuthenticationProviderArgs["saslAuthenticate"] =
    async ({ request, response }) => {
      const bytes = await request.encode();
      assert.equal(bytes.readInt32BE(0), bytes.length - 4);
      told.push(bytes.subarray(4).toString());
      const answer = answers[told.length - 1] ?? "";
      if (answer instanceof Error) throw answer;
      const length = Buffer.alloc(4);
      length.writeInt32BE(answer.length);
      const framed = Buffer.concat([length, Buffer.from(answer)]);
      return response?.parse(await response.decode(framed));
    };
  const discarded: string[] = [];
  const tokens = {
    current: token,
    discard: (value: string) => discarded.push(value),
  };
  const error = await authenticateBy(tokens, saslAuthenticate)
    .then(() => undefined, (error) => error);
  return { told, error, discarded };
}

test("a token is sent as RFC 7628 has it", async () => {
  const { told, error, discarded } = await loggingIn([""]);
  assert.deepEqual(discarded, []);
  assert.equal(error, undefined);
  assert.deepEqual(told, ["n,,\x01auth=Bearer t1\x01\x01"]);
});

test("a token that is refused in the answer is no login, and what the broker says last is told", async () => {
  const { told, error, discarded } = await loggingIn([
    '{"status":"invalid_token"}',
    new Error("the token expired at 10:00"),
  ]);
  assert.ok(error instanceof DeniedError);
  assert.equal(
    error.message,
    "Kafka refuses the login by token (the token expired at 10:00)",
  );
  assert.equal(told[1], "\x01");
  assert.deepEqual(discarded, ["t1"], "it is not used again");
});

test("a broker that says no more than its refusal is told by that, and the token never", async () => {
  const { error } = await loggingIn(['{"status":"invalid_token"}', ""]);
  assert.match(error.message, /\{"status":"invalid_token"\}\)$/);
  assert.doesNotMatch(error.message, /t1/);
});

test("a login that nobody answers is not refused", async () => {
  const late = new Error("Request SaslAuthenticate timed out");
  late.name = "KafkaJSRequestTimeoutError";
  const { error, discarded } = await loggingIn([late]);
  assert.equal(error, late);
  assert.deepEqual(discarded, []);
});

test("why there is no token is told as it is", async () => {
  const away = new Error("the server of tokens is away");
  const { told, error } = await loggingIn([], () => Promise.reject(away));
  assert.equal(error, away);
  assert.deepEqual(told, []);
});
