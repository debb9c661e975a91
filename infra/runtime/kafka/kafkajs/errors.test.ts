import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import { TransientError } from "../../errors.ts";
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

test("a coordinator that moved ends a consumer for now; a bug or a missing right for good", () => {
  const notFound = Object.assign(new kafkajs.KafkaJSError("no coordinator"), {
    name: "KafkaJSGroupCoordinatorNotFound",
  });
  for (
    const passing of [
      notFound,
      wrapped("ILLEGAL_GENERATION"),
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
      wrapped("GROUP_AUTHORIZATION_FAILED"),
      new kafkajs.KafkaJSNonRetriableError("a position the log does not have"),
      "no error",
    ]
  ) {
    assert.equal(isPassing(final), false, String(final));
  }
});
