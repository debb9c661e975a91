import assert from "node:assert/strict";
import { test } from "node:test";
import { PaymentEnriched } from "./payment_enriched.ts";

const enrichment = {
  version: 1,
  model: null,
  features: {},
  features_sha256: "0".repeat(64),
  state_cut: {},
  facts: { history_hours: 0 },
};

const enriched = (event_type: string) =>
  PaymentEnriched.safeParse({
    event_id: "e",
    event_type,
    source: "s",
    timestamp: "2026-01-02T03:04:05Z",
    payload: { payment_id: "p", amount: 1, currency: "USD" },
    enrichment,
  }).success;

test("an enriched event of a later type is one by what all events have, and of a known type by its contract alone", () => {
  assert.ok(enriched("payment.settled.v1"));
  assert.ok(!enriched("payment.captured.v1"));
});
