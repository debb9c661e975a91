import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fixtures } from "#kit/contracts/fixtures.ts";
import { enrichedText, textWithoutEnrichment } from "./enriched_text.ts";

const enrichment = '{"version":1,"facts":{"a":"}],{"}}';

test("what is put in can be taken out again to the last blank, whatever the event", () => {
  for (
    const { name, bytes } of [...fixtures("valid"), ...fixtures("refused")]
  ) {
    const text = bytes.toString();
    for (const riskScore of ["0.25", undefined]) {
      const enriched = enrichedText(text, { riskScore, enrichment });
      assert.equal(textWithoutEnrichment(enriched), text, name);
      const { enrichment: read, payload, ...rest } = JSON.parse(enriched);
      assert.deepEqual(read, JSON.parse(enrichment));
      const { risk_score, ...plain } = payload;
      assert.equal(risk_score, riskScore === undefined ? undefined : 0.25);
      assert.deepEqual({ payload: plain, ...rest }, JSON.parse(text));
    }
  }
});

test("keys and values that look like what is put in, digits and blanks do not matter", () => {
  const text =
    ' {"a":"\\"payload\\":{","b":[{"payload":{}},"]"] , "p\\u0061yload" :\n{"amount":49.9000000000000000000001,"risk":{"risk_score":1}},"c":-1.50e0 }\n';
  const enriched = enrichedText(text, { riskScore: "0.5", enrichment });
  assert.match(
    enriched,
    /:\n\{"risk_score":0\.5,"amount":49\.9000000000000000000001,/,
  );
  assert.equal(textWithoutEnrichment(enriched), text);
});

test("any object with a payload is given back as it was", () => {
  const values = fc.jsonValue();
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), values),
      fc.dictionary(fc.string(), values),
      fc.option(fc.constant("1e-7"), { nil: undefined }),
      (event, payload, riskScore) => {
        const { enrichment: _, ...others } = event;
        const { risk_score: __, ...plain } = payload;
        const text = JSON.stringify({
          ...others,
          payload: { id: 1, ...plain },
        });
        const enriched = enrichedText(text, { riskScore, enrichment });
        assert.equal(textWithoutEnrichment(enriched), text);
      },
    ),
  );
});

test("a text that is none of an enriched event is none", () => {
  assert.equal(textWithoutEnrichment('{"payload":{"a":1}}'), undefined);
  assert.equal(
    textWithoutEnrichment('{"enrichment":{},"payload":{"a":1}}'),
    undefined,
  );
});
