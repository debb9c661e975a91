import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { enrichedRecord } from "#kit/enriched.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import type { NewEnriched } from "./enriched_store.ts";
import { type EnrichedRead, storing } from "./handle.ts";

const good = enrichedRecord(
  record(1, paymentJson(), { headers: { [headers.mappingVersion]: "3" } }),
  { band: "high" },
);
const notEnriched = record(2, paymentJson());

test("each enriched event is stored with its record, and what it came to is its outcome", async () => {
  const given: NewEnriched[] = [];
  const seen: EnrichedRead = new WeakMap();
  const handle = storing((all) => {
    given.push(...all);
    return Promise.resolve(all.map(() => "duplicate"));
  }, seen);
  assert.deepEqual(await handle([good]), [{ kind: "done", as: "duplicate" }]);
  assert.deepEqual(given, [{
    eventId: "evt-1",
    json: String(good.value),
    topic: "events.enriched.v1",
    partition: 0,
    offset: 1,
    mappingVersion: 3,
  }]);
  assert.equal(seen.get(good)?.band, "high");
});

test("what nobody enriched is a dead letter, and the store is not asked for it", async () => {
  const handle = storing((all) => Promise.resolve(all.map(() => "stored")));
  const outcomes = await handle([notEnriched, good]);
  const [first, second] = outcomes;
  assert.ok(first?.kind === "dead-letter");
  assert.equal(first.rejection.code, "contract_violation");
  assert.deepEqual(second, { kind: "done", as: "stored" });
});
