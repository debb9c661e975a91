import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "#contracts/parse.ts";
import { corrupt, type CorruptionMode, corruptionModes } from "./corruption.ts";
import { buildEvent } from "./event.ts";
import { AuthorizeRequest } from "./messages.ts";

/** Everything `/authorize` accepts, and what the stream adds to it. */
const authorization = fc.record({
  payment_id: fc.string(),
  order_id: fc.string(),
  amount: fc.double({ min: 0, noNaN: true }),
  currency: fc.stringMatching(/^[A-Z]{3}$/),
}).filter((request) => AuthorizeRequest.safeParse(request).success);

const event = fc.tuple(
  authorization,
  fc.option(fc.nat(), { nil: undefined }),
  fc.date({
    min: new Date("2000-01-01T00:00:00Z"),
    max: new Date("2099-12-31T00:00:00Z"),
    noInvalidDate: true,
  }),
).map(([request, authorization_sequence, at]) =>
  buildEvent(
    authorization_sequence === undefined
      ? request
      : { ...request, authorization_sequence },
    { at: at.getTime(), newId: () => crypto.randomUUID() },
  )
);

const parse = (value: unknown) =>
  parseEvent(new TextEncoder().encode(JSON.stringify(value)));

test("an event that is not broken on purpose always satisfies its contract", () => {
  fc.assert(fc.property(event, (event) => {
    const parsed = parse(event);
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.rejection.message);
  }));
});

const brokenField: Record<CorruptionMode, string> = {
  missing_provider_auth_id: "provider_auth_id",
  negative_amount: "amount",
  blank_order_id: "order_id",
  currency_lowercase: "currency",
};

for (const mode of corruptionModes) {
  const field = brokenField[mode];
  test(`the corruption ${mode} breaks ${field} and nothing else`, () => {
    fc.assert(fc.property(event, (event) => {
      const corrupted = corrupt(event, mode);
      const parsed = parse(corrupted);
      assert.ok(!parsed.ok);
      assert.equal(parsed.rejection.code, "contract_violation");
      assert.deepEqual(
        parsed.rejection.issues.map(({ path }) => path),
        [`payload.${field}`],
      );
      assert.deepEqual(
        {
          ...corrupted,
          payload: {
            ...corrupted.payload,
            [field]: { ...event.payload }[field],
          },
        },
        event,
      );
    }));
  });
}
