import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { Currency } from "#contracts/fields.ts";
import { eventSchema } from "#contracts/events/event_type.ts";
import { paymentFields } from "#contracts/events/payment_fields.ts";
import { paymentAuthorized } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { repositoryRoot } from "#local/home.ts";
import { examplesOf } from "./examples.ts";
import type { JsonSchema } from "./json_schema.ts";
import { published } from "./published.ts";
import { type Earlier, type Reader, readersOf, unreadBy } from "./readers.ts";
import { readReleased, releasedNames, schemaPath } from "./released.ts";

const SAMPLES = { samples: 2_000, seed: 5 };

function released(name: string): Earlier {
  const text = readFileSync(join(repositoryRoot, schemaPath(name)), "utf8");
  const contract = published.find((one) => one.name === name);
  return {
    name,
    schema: JSON.parse(text) as JsonSchema,
    fixtures: contract === undefined ? [] : examplesOf(contract),
  };
}

for (const name of releasedNames(await readReleased())) {
  for (const reader of readersOf(name, published)) {
    test(`${reader.name} reads every fixture and sample of ${name}, which is released`, () => {
      assert.equal(unreadBy(reader, released(name), SAMPLES), undefined);
    });
  }
}

const { type } = paymentAuthorized;
const authorized = released(type);
const AUTHORIZED_2 = "payment.authorized.v2";

/** A second version of the event, with another payload. */
function second(payload: z.ZodRawShape): Reader {
  const schema = eventSchema([AUTHORIZED_2], z.looseObject(payload));
  return { name: AUTHORIZED_2, of: "event", schema };
}

function unread(reader: Reader, earlier = authorized): string {
  return unreadBy(reader, earlier, SAMPLES) ?? "all is read";
}

test("a second version that only takes more reads the first", () => {
  const amount = z.union([paymentFields.amount, z.string()]);
  const wider = second({ ...paymentFields, amount });
  assert.equal(unread(wider), "all is read");
});

test("a second version that asks for a further key does not read the first", () => {
  const said = unread(second({ ...paymentFields, merchant_name: z.string() }));
  assert.match(said, /^payment\.authorized\.v2 does not read what payment/);
  assert.match(said, /payload\.merchant_name must be there/);
  assert.match(said, /a key that may be absent/);
});

test("a further key of a certain form, even if it may be absent, does not read the first, whose writers could mean something else by it", () => {
  const merchant_name = z.string().optional();
  assert.match(
    unread(second({ ...paymentFields, merchant_name })),
    /payload\.merchant_name must be a string/,
  );
});

test("a narrower value does not read the first", () => {
  const currency = Currency.refine((code) => code !== "XTS", "must not be XTS");
  const currencies = second({ ...paymentFields, currency: z.enum(["USD"]) });
  assert.match(unread(currencies), /payload\.currency Invalid/);
  const fixtures = [{ ...Object(authorized.fixtures[0]) }];
  fixtures[0].payload = { ...fixtures[0].payload, currency: "XTS" };
  assert.match(
    unread(second({ ...paymentFields, currency }), { ...authorized, fixtures }),
    /payload\.currency must not be XTS/,
  );
});

test("a rule that no schema can say does not read what was released under the same name", () => {
  const schema = paymentAuthorized.schema.refine(
    ({ payload }) => payload.amount < 1000,
    "must be less than 1,000",
  );
  assert.match(
    unread({ name: type, of: "event", schema }),
    /must be less than 1,000/,
  );
});

test("an event that the code does not have any more is read by what all events have", () => {
  const others = published.filter(({ name }) => name !== type);
  const readers = readersOf(type, others);
  assert.deepEqual(readers.map(({ name }) => name), [type]);
  assert.equal(unread(Object(readers[0])), "all is read");
});

test("each later version has to read an earlier one, and no earlier one a later", () => {
  const [one, two, ten] = ["v1", "v2", "v10"].map((version): Reader => ({
    name: `payment.settled.${version}`,
    of: "event",
    schema: z.unknown(),
  }));
  assert.ok(one && two && ten);
  const all = [ten, one, two];
  assert.deepEqual(readersOf(two.name, all), [ten, two]);
  assert.deepEqual(readersOf(one.name, all), all);
});
