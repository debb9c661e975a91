import assert from "node:assert/strict";
import { test } from "node:test";
import { enrichedText } from "#contracts/enriched_text.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import { InputRecord } from "./input_record.ts";

test("an enriched event has the digest of what it was made from, and of nothing else", () => {
  const plain = paymentJson({ amount: "49.900" });
  const enrichment = '{"version":1}';
  const enriched = enrichedText(plain, { riskScore: "0.5", enrichment });
  const of = (json: string | null) => new InputRecord(record(0, json));
  const { digest } = of(plain);
  assert.deepEqual(of(enriched).plainDigest, digest);
  const changed = enriched.replace("49.900", "49.90");
  assert.notDeepEqual(of(changed).plainDigest, digest);
  const other = of("[]");
  assert.deepEqual(other.plainDigest, other.digest);
  assert.deepEqual(of(null).plainDigest, of(null).digest);
});
