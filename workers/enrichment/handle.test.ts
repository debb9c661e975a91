import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { PaymentEnriched } from "#contracts/events/payment_enriched.ts";
import { textWithoutEnrichment } from "#contracts/enriched_text.ts";
import { headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { fixtures } from "#kit/contracts/fixtures.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import type { Outcome } from "#consumer/handler.ts";
import { bytesOf, enriching } from "./handle.ts";
import { scorerWithoutModel } from "./risk/scorer.ts";
import { answersWithoutHistory } from "./timeline/without_history.ts";

/** What becomes of records of one partition, one after the other. */
async function outcomesOf(
  ...records: readonly ReceivedRecord[]
): Promise<readonly Outcome[]> {
  const judging = { scorer: scorerWithoutModel(), rates: undefined };
  const answers = answersWithoutHistory(judging);
  return await enriching({ answers, topic: "enriched" })(records);
}

function textOf(outcome: Outcome | undefined): string {
  assert.ok(outcome?.kind === "forward", JSON.stringify(outcome));
  return String(outcome.records[0]?.value);
}

test("an event of every type is what it was, with what the contract says beside", async () => {
  const all = fixtures("valid");
  const outcomes = await outcomesOf(
    ...all.map(({ bytes }, offset) => record(offset, String(bytes))),
  );
  for (const [n, { name, bytes }] of all.entries()) {
    const text = textOf(outcomes[n]);
    assert.equal(textWithoutEnrichment(text), String(bytes), name);
    const parsed = PaymentEnriched.safeParse(JSON.parse(text));
    assert.deepEqual(parsed.error?.issues ?? [], [], name);
  }
});

test("the hash is of the features as they stand in the text, and the cut is of what came before", async () => {
  const [first, second] = await outcomesOf(
    record(0, paymentJson({ eventId: "a", paymentId: "a" })),
    record(4, paymentJson({ eventId: "b", paymentId: "b" })),
  );
  const text = textOf(second);
  const features = /"features":(\{[^}]*\})/.exec(text)?.[1] ?? "";
  const { enrichment, payload } = PaymentEnriched.parse(JSON.parse(text));
  assert.equal(
    createHash("sha256").update(features).digest("hex"),
    enrichment.features_sha256,
  );
  assert.deepEqual(enrichment.state_cut, { 0: 4 });
  assert.equal(payload.risk_score, enrichment.score);
  assert.deepEqual(enrichment.degraded, ["no_model"]);
  const before = PaymentEnriched.parse(JSON.parse(textOf(first)));
  assert.deepEqual(before.enrichment.state_cut, { 0: 0 });
});

test("a customer's earlier payments are known to the next one, and a repeated one counts once", async () => {
  const of = (eventId: string, paymentId: string) =>
    paymentJson({
      eventId,
      paymentId,
      more: '"customer_id":"c","merchant_id":"m"',
    });
  const outcomes = await outcomesOf(
    record(0, of("a", "p-1")),
    record(1, of("a", "p-1")),
    record(2, of("b", "p-2")),
    record(3, of("other", "p-3"), {
      headers: { [headers.replayFor]: services.persistence },
    }),
    record(4, of("c", "p-4")),
  );
  const counts = [0, 1, 2, 4].map((n) =>
    PaymentEnriched.parse(JSON.parse(textOf(outcomes[n])))
      .enrichment.features.customer_payments_1d
  );
  assert.deepEqual(counts, [0, 1, 1, 2]);
});

test("an event of a type that only a newer validator knows is what it was, and it is said that nothing is known of it", async () => {
  const later = paymentJson({
    eventId: "later",
    amount: "10.0000000000000001",
    more: '"customer_id":"c","settled_at":{"enrichment":1}',
  }).replace("authorized", "settled");
  const outcomes = await outcomesOf(
    record(0, later),
    record(1, paymentJson({ paymentId: "p-2", more: '"customer_id":"c"' })),
  );
  const text = textOf(outcomes[0]);
  assert.equal(textWithoutEnrichment(text), later);
  const { enrichment, payload } = PaymentEnriched.parse(JSON.parse(text));
  assert.ok(!("risk_score" in payload) && !("score" in enrichment));
  assert.deepEqual(enrichment.facts, {
    history_hours: 0,
    missing: ["event_type"],
  });
  // Nor is it remembered: whoever knows the type says what it says.
  const next = PaymentEnriched.parse(JSON.parse(textOf(outcomes[1])));
  assert.equal(next.enrichment.features.customer_payments_1d, 0);
});

test("a record that cannot be read is a dead letter with its reason", async () => {
  const [outcome] = await outcomesOf(record(0, "{}"));
  assert.ok(outcome?.kind === "dead-letter");
  assert.equal(outcome.rejection.code, "contract_violation");
});

test("an event that has something where enrichment writes is a dead letter that says so", async () => {
  const taken = record(0, paymentJson({ more: '"risk_score":0.1' }));
  const [outcome] = await outcomesOf(taken);
  assert.ok(outcome?.kind === "dead-letter");
  assert.equal(
    outcome.rejection.message,
    "The event cannot be enriched: payload.risk_score is written by enrichment alone.",
  );
});

test("texts are the bytes that each is by itself, in whatever script", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary", maxLength: 30 })),
      (texts) => {
        assert.deepEqual(
          bytesOf(texts),
          texts.map((text) => Buffer.from(text)),
        );
      },
    ),
  );
});
