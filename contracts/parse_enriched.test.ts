import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { enrichedJson } from "#kit/enriched.ts";
import { paymentJson } from "#kit/payment.ts";
import { PAYMENT_AUTHORIZED } from "./events/payment_authorized/payment_authorized.ts";
import { parseEnriched } from "./parse_enriched.ts";

const read = (text: string) => parseEnriched(Buffer.from(text));

test("an enriched event is read with what was worked out, and its text as it came", () => {
  const text = enrichedJson(paymentJson(), { score: 0.25, band: "elevated" });
  const parsed = read(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.equal(parsed.text, text);
  assert.equal(parsed.value.event_id, "evt-1");
  assert.equal(parsed.value.payload.risk_score, 0.25);
  assert.equal(parsed.value.enrichment.band, "elevated");
});

test("an event that nobody enriched is refused by the path that is missing", () => {
  const parsed = read(paymentJson());
  assert.ok(!parsed.ok);
  assert.equal(parsed.rejection.code, "contract_violation");
  assert.ok(parsed.rejection.issues.some(({ path }) => path === "enrichment"));
});

test("what is no event is refused as an event is", () => {
  const parsed = read("{}");
  assert.ok(!parsed.ok);
  assert.equal(parsed.rejection.code, "contract_violation");
});

test("an enriched event of a type that only a newer validator knows is read as any other", () => {
  const text = enrichedJson(
    paymentJson().replace(PAYMENT_AUTHORIZED, "payment.reviewed.v1"),
    { score: 0.25, band: "low" },
  );
  const parsed = read(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.equal(parsed.value.event_type, "payment.reviewed.v1");
});
