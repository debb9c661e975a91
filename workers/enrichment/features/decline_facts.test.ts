import assert from "node:assert/strict";
import { test } from "node:test";
import { Entity } from "../history/entity.ts";
import { viewOf } from "../history/entity_view.ts";
import { declineFacts } from "./decline_facts.ts";

const NOW_MS = Date.UTC(2026, 0, 2);

test("what Visa will never approve is not to be tried again", () => {
  const facts = declineFacts(payload("visa", "46", "retry_later"), undefined);
  assert.deepEqual(facts, {
    class: "soft",
    advice: "do_not_retry",
    advice_from: "visa",
    category: 1,
  });
});

test("a code that Visa does not list is in its fourth category, and the event's advice stands", () => {
  const facts = declineFacts(payload("Visa", "05", "retry_later"), undefined);
  assert.deepEqual(
    [facts?.category, facts?.advice, facts?.advice_from],
    [4, "retry_later", "event"],
  );
});

test("no network lifts a provider's warning", () => {
  const facts = declineFacts(payload("visa", "51", "do_not_retry"), undefined);
  assert.deepEqual([facts?.advice, facts?.limits], ["do_not_retry", undefined]);
});

test("Mastercard's limits stand beside how often the card was declined", () => {
  const card = new Entity();
  for (let n = 0; n < 3; n++) {
    card.fold({
      sign: 1,
      contribution: {
        entity: "instrument:test:1",
        happening: "failed",
        atMs: NOW_MS - n * 20 * 3_600_000,
        currency: "EUR",
        minor: 100,
        slotA: -1,
        slotB: -1,
      },
    });
  }
  const facts = declineFacts(
    payload("mc", "51", "retry_later"),
    viewOf(card).recent(NOW_MS, "EUR"),
  );
  assert.deepEqual(facts?.limits, [
    { days: 1, at_most: 10, declined: 2 },
    { days: 30, at_most: 35, declined: 3 },
  ]);
});

test("of a decline nobody gave a reason for, nothing is said", () => {
  assert.equal(declineFacts({}, undefined), undefined);
});

function payload(brand: string, network_code: string, advice: string) {
  return {
    decline: { class: "soft", code: "declined", network_code, advice },
    instrument: { kind: "card", brand },
  };
}
