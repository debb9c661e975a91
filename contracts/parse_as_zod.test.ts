import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { fixtures } from "#kit/contracts/fixtures.ts";
import { eventTexts } from "#kit/contracts/test_events.ts";
import { enrichedJson } from "#kit/enriched.ts";
import { PaymentEnriched } from "./events/payment_enriched.ts";
import { schemaOf } from "./events/registry.ts";
import { parseEvent, violation } from "./parse.ts";
import { parseEnriched } from "./parse_enriched.ts";
import { flawsIn } from "./portable_json.ts";

/** Odd by their key or their value, in whichever object they stand. */
const members = [
  '"__proto__":{"amount":1}',
  '"__proto__":null',
  '"constructor":{"prototype":{}}',
  '"toString":1',
  '"further":-0',
  '"further":12345678901234567890',
  '"further":1e400',
  '"further":"\\ud800"',
  '"further":{"__proto__":1,"0":[]}',
  `"further":${"[".repeat(98)}${"]".repeat(98)}`,
  '"amount":2',
  '"amount":-0',
  '"amount":5e-324',
  '"amount":999999999999999.9',
  '"currency":"EUR\\n"',
  '"event_id":"\u0085"',
  '"event_id":"\\ud83d\\ude00"',
  '"payment_id":" p"',
  '"schema_version":1.0',
  '"unsigned":[]',
  '"unsigned":[" "]',
  '"instrument":{"kind":"card","__proto__":{}}',
  '"timestamp":"2016-12-31T23:59:60Z"',
  '"risk_score":0',
  '"features":{"constructor":1}',
  '"facts":null',
] as const;

/** Texts with up to three of these, each at the beginning of an object. */
function withMembers(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(
    fc.constantFrom(...texts),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...members)), { maxLength: 3 }),
  ).map(([text, added]) =>
    added.reduce((all, [at, member]) => {
      const parts = all.split("{");
      const behind = 1 + at % (parts.length - 1);
      const rest = parts.slice(behind).join("{");
      const comma = rest.trimStart().startsWith("}") ? "" : ",";
      return `${parts.slice(0, behind).join("{")}{${member}${comma}${rest}`;
    }, text)
  );
}

const valid = fixtures("valid").map(({ bytes }) => String(bytes));
const invalid = fixtures("invalid").map(({ bytes }) => String(bytes))
  .filter((text) => /\{/.test(text) && text.length < 5_000);

const anyEvent = fc.oneof(
  eventTexts().map((textOf) => textOf("e")),
  withMembers(valid),
  withMembers(invalid),
);

test("any event has the values that zod returns, or is refused in zod's words", () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(anyEvent, (text) => {
      const parsed = parseEvent(Buffer.from(text));
      if (!parsed.ok && !judged.has(parsed.rejection.code)) return;
      const value = JSON.parse(text);
      const zod = schemaOf(value.event_type)?.safeParse(value);
      if (zod === undefined) return;
      seen[zod.success ? "taken" : "refused"]++;
      if (!zod.success) {
        assert.deepEqual(parsed, violation(value.event_type, zod.error));
      } else if (parsed.ok) assert.deepEqual(parsed.value, zod.data);
      else assert.notDeepEqual(flawsIn(text, value), [], text);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(seen.taken > 300 && seen.refused > 300, JSON.stringify(seen));
});

/** Of what the schema has seen. */
const judged = new Set(["contract_violation", "duplicate_key", "not_portable"]);

test("any enriched event has the values that zod returns, or is refused in zod's words", () => {
  const texts = valid.map((text) => enrichedJson(text.trim()));
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(withMembers(texts), (text) => {
      const parsed = parseEnriched(Buffer.from(text));
      const event = parseEvent(Buffer.from(text));
      if (!event.ok) return;
      const zod = PaymentEnriched.safeParse(JSON.parse(text));
      seen[zod.success ? "taken" : "refused"]++;
      assert.deepEqual(
        parsed,
        zod.success
          ? { ok: true, value: zod.data, text }
          : violation("what enrichment writes", zod.error),
      );
    }),
    { numRuns: 1_000 },
  );
  assert.ok(seen.taken > 100 && seen.refused > 50, JSON.stringify(seen));
});
