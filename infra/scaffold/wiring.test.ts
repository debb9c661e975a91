import assert from "node:assert/strict";
import { test } from "node:test";
import { newConsumer } from "./new_consumer.ts";
import { Refusal } from "./refusal.ts";
import { insertionsFor } from "./wiring.ts";

const insertions = insertionsFor(
  newConsumer("fraud_watch", { reads: "validated", port: 8008 }),
);

test("if the place of an insertion is missing, its file is named and nothing is inserted", () => {
  for (const { path, into } of insertions) {
    assert.throws(() => into({ path, text: "other: {}\n" }), (error) => {
      assert.ok(error instanceof Refusal);
      assert.ok(error.message.startsWith(`${path} must have`), error.message);
      return true;
    });
  }
});
