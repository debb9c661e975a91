import assert from "node:assert/strict";
import { test } from "node:test";
import { flawOfName, newConsumer } from "./new_consumer.ts";

test("a name in snake case or in kebab case has the forms that each place needs", () => {
  for (const given of ["fraud_watch", "fraud-watch"]) {
    assert.deepEqual(newConsumer(given, { reads: "raw", port: 8008 }), {
      name: "fraud_watch",
      variable: "FRAUD_WATCH",
      identifier: "fraudWatch",
      title: "Fraud watch",
      service: "fraud-watch-service",
      reads: "raw",
      port: 8008,
    });
  }
});

test("what is no name, or too long, is refused by what it must be", () => {
  for (const given of ["fraud", "fraud_watch", "a1-b2", "x".repeat(30)]) {
    assert.equal(flawOfName(given), undefined, given);
  }
  for (
    const given of [
      "",
      "Fraud",
      "fraudWatch",
      "1fraud",
      "fraud__watch",
      "fraud-",
      "_fraud",
      "fraud watch",
      "../fraud",
      "fräud",
      "fraud\n",
    ]
  ) {
    assert.match(flawOfName(given) ?? "", /must be words of small/, given);
  }
  assert.match(flawOfName("x".repeat(31)) ?? "", /at most 30 characters/);
});
