import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import { DeniedError, fateOf, TransientError } from "#runtime/errors.ts";
import { FencedError, NotOwnerError } from "../port.ts";
import { isPassing, translate } from "./errors.ts";

/** An error of the protocol, wrapped as kafkajs's retrier does. */
function wrapped(type: string): Error {
  const cause = Object.assign(new Error(type), { type });
  return Object.assign(new kafkajs.KafkaJSNonRetriableError(cause), { cause });
}

test("who was fenced and who lost the partition are told apart from what passes", () => {
  assert.ok(
    translate("a", wrapped("INVALID_PRODUCER_EPOCH")) instanceof FencedError,
  );
  assert.ok(
    translate("a", wrapped("ILLEGAL_GENERATION")) instanceof NotOwnerError,
  );
  assert.ok(
    translate("a", wrapped("REBALANCE_IN_PROGRESS")) instanceof NotOwnerError,
  );
  const other = translate("Cannot write", new Error("socket closed"));
  assert.ok(other instanceof TransientError);
  assert.equal(other.message, "Cannot write");
});

test("what Kafka denies is told from what is away, by what is asked for", () => {
  const denied = [
    ["TOPIC_AUTHORIZATION_FAILED", /^a: Kafka denies a right to the topic/],
    ["GROUP_AUTHORIZATION_FAILED", /^a: Kafka denies a right to the group/],
    [
      "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
      /^a: Kafka denies a right to the transactional id .*--acls/,
    ],
    ["CLUSTER_AUTHORIZATION_FAILED", /^a: Kafka denies a right to the cluster/],
    ["UNSUPPORTED_SASL_MECHANISM", /^a: Kafka does not take that mechanism/],
  ] as const;
  for (const [type, message] of denied) {
    const error = translate("a", wrapped(type));
    assert.ok(error instanceof DeniedError, type);
    assert.match(error.message, message);
    // It is tried again, and nothing is dead-lettered for it.
    assert.equal(fateOf(error), "retry");
  }
  const login = Object.assign(new Error("wrong password"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  const error = translate("a", login);
  assert.ok(error instanceof DeniedError);
  assert.match(error.message, /^a: Kafka refuses the login \(wrong password\)/);
});

test("a login that nobody answered is no refused one", () => {
  for (
    const why of [
      "Request SaslAuthenticate(key: 36, version: 1) timed out",
      "Closed connection",
      "Connection error: read ECONNRESET",
      "Not connected",
    ]
  ) {
    const login = Object.assign(
      new Error(`SASL SCRAM SHA512 failed: ${why}`),
      { name: "KafkaJSSASLAuthenticationError" },
    );
    const error = translate("a", login);
    assert.ok(
      error instanceof TransientError && !(error instanceof DeniedError),
      why,
    );
    assert.ok(isPassing(login) && isPassing(error), why);
  }
});

test("a coordinator that moved, or a right that may be granted, ends a consumer for now; a bug for good", () => {
  const notFound = Object.assign(new kafkajs.KafkaJSError("no coordinator"), {
    name: "KafkaJSGroupCoordinatorNotFound",
  });
  for (
    const passing of [
      notFound,
      wrapped("ILLEGAL_GENERATION"),
      wrapped("GROUP_AUTHORIZATION_FAILED"),
      new TransientError("away"),
      new kafkajs.KafkaJSConnectionError("refused"),
      new kafkajs.KafkaJSNumberOfRetriesExceeded(new Error("any"), {
        retryCount: 4,
        retryTime: 1_000,
      }),
    ]
  ) {
    assert.equal(isPassing(passing), true, passing.name);
  }
  for (
    const final of [
      new TypeError("a bug"),
      new kafkajs.KafkaJSNonRetriableError("a position the log does not have"),
      "no error",
    ]
  ) {
    assert.equal(isPassing(final), false, String(final));
  }
});
