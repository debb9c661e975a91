import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { fixtures } from "#kit/contracts/fixtures.ts";
import { mutated, oddValue, ownValue } from "#kit/contracts/mutated.ts";
import { enrichedJson } from "#kit/enriched.ts";
import { Random } from "#kit/random.ts";
import { LaterEvent } from "./events/event_type.ts";
import { PaymentEnriched } from "./events/payment_enriched.ts";
import { eventTypes } from "./events/registry.ts";
import { Amount, Currency, NonBlank, Rfc3339 } from "./fields.ts";
import { parseJsonObject } from "./parse.ts";
import { safeParse, usualFormOf, usually } from "./usual.ts";

const perType = Object.entries(eventTypes).map(([event, { type, schema }]) => ({
  type,
  schema: schema as z.ZodType,
  examples: examplesOf(event, type),
}));

/** Schemas of events, each with examples that satisfy it. */
const schemas = [
  ...perType,
  {
    type: "a later type",
    schema: LaterEvent as z.ZodType,
    examples: examplesOf(
      "payment_authorized",
      eventTypes.payment_authorized.type,
    ),
  },
  {
    type: "an enriched event",
    schema: PaymentEnriched as z.ZodType,
    examples: perType.flatMap(({ examples }) => examples).map(enriched),
  },
];

function enriched(event: unknown): unknown {
  return JSON.parse(enrichedJson(JSON.stringify(event), { degraded: ["a"] }));
}

function examplesOf(event: string, type: string): unknown[] {
  return fixtures("valid")
    .filter((one) => one.event === event || one.event === undefined)
    .map(({ bytes }) => {
      const parsed = parseJsonObject(bytes);
      assert.ok(parsed.ok);
      return parsed.value;
    })
    .filter((value) => value.event_type === type);
}

for (const [index, { type, schema, examples }] of schemas.entries()) {
  test(`what has the usual form of ${type} is accepted by zod, which returns the same`, () => {
    const random = new Random(index + 1);
    const form = usualFormOf(schema);
    let usual = 0;
    for (let round = 0; round < 6_000; round++) {
      const value = mutated(random, structuredClone(random.oneOf(examples)));
      if (!form(value)) continue;
      usual++;
      assertZodReturns(schema, value);
    }
    // Else nothing was asserted; and else nothing was changed that matters.
    assert.ok(usual > 600 && usual < 5_400, `${usual} of 6000 were usual`);
  });

  test(`every example of ${type} has its usual form, if its texts begin with a character of ASCII`, () => {
    const form = usualFormOf(schema);
    for (const example of examples) {
      const begins = /"(?:\w+_id|source)":"[!-~]/g;
      const text = JSON.stringify(example);
      const ids = text.match(/"(?:\w+_id|source)":/g)?.length;
      assert.equal(form(example), text.match(begins)?.length === ids, text);
    }
  });
}

for (
  const [name, schema] of Object.entries({
    NonBlank,
    Rfc3339,
    Amount,
    Currency,
    EventId: LaterEvent.shape.event_id,
  })
) {
  test(`what has the usual form of ${name} satisfies it`, () => {
    const random = new Random(7);
    const form = usualFormOf(schema);
    let usual = 0;
    for (let round = 0; round < 20_000; round++) {
      const value = oddValue(random);
      if (!form(value)) continue;
      usual++;
      assertZodReturns(schema, value);
    }
    assert.ok(usual > 0);
  });
}

/** Schemas that do not surely return a value as it came, each with a value that zod accepts. */
const leftToZod: [string, z.ZodType, unknown][] = [
  ["a refinement", z.string().refine(() => true), "a"],
  ["a check of one's own", z.number().check(() => {}), 1],
  ["a refined object", z.looseObject({}).refine(() => true), {}],
  ["a transform", z.string().transform((text) => text.length), "a"],
  ["a text that is trimmed", z.string().trim(), "a"],
  ["a text that is coerced", z.coerce.string(), "a"],
  ["a number that is coerced", z.coerce.number(), 1],
  ["a format", z.email(), "a@example.com"],
  ["a pattern with a state", z.string().regex(/a/g), "a"],
  ["a small number's format", z.int32(), 1],
  ["a default", z.string().default("b"), "a"],
  ["a default that may be absent", z.string().default("b").optional(), "a"],
  ["a catch", z.string().catch("b"), "a"],
  ["a union", z.union([z.string(), z.number()]), "a"],
  ["an intersection", z.intersection(z.string(), z.string()), "a"],
  ["an object that drops keys", z.object({ a: z.string() }), { a: "a" }],
  ["an object that refuses keys", z.strictObject({}), {}],
  [
    "an object whose further keys have a form",
    z.object({}).catchall(z.string()),
    {},
  ],
  [
    "a field that objects inherit",
    z.looseObject({ toString: z.unknown() }),
    {},
  ],
  ["a record by an enum", z.record(z.enum(["a"]), z.number()), { a: 1 }],
  ["what is not there", z.literal(undefined), undefined],
  ["a tuple", z.tuple([z.string()]), ["a"]],
  ["a date", z.date(), new Date(0)],
  ["a value that is frozen", z.looseObject({}).readonly(), {}],
  ["a later schema", z.lazy(() => z.string()), "a"],
  ["any custom one", z.custom<string>(() => true), "a"],
];
for (const [name, schema, value] of leftToZod) {
  test(`${name} is left to zod, alone and in another schema`, () => {
    assert.ok(schema.safeParse(value).success);
    assert.equal(usualFormOf(schema)(value), false);
    const within = z.looseObject({ list: z.array(schema.nullable()) });
    assert.equal(usualFormOf(within)({ list: [value] }), false);
    assert.equal(
      usualFormOf(z.looseObject({ a: schema.optional() }))({}),
      false,
    );
  });
}

test("a schema that contains itself is left to zod", () => {
  const Tree = z.looseObject({
    get children(): z.ZodType {
      return z.array(Tree);
    },
  });
  assert.ok(Tree.safeParse({ children: [] }).success);
  assert.equal(usualFormOf(Tree)({ children: [] }), false);
});

test("a kind of schema that zod does not have is left to zod", () => {
  const schema = z.string();
  Object.assign(schema._zod.def, { type: "of the next version" });
  assert.equal(usualFormOf(schema)("a"), false);
});

test("a usual form of a schema's own is not that of a schema derived from it", () => {
  const Text = usually(z.string().refine(() => true), (value) => value === "a");
  assert.equal(usualFormOf(Text)("a"), true);
  assert.equal(usualFormOf(Text.max(0))("a"), false);
  assert.equal(usualFormOf(Text.refine(() => false))("a"), false);
  assert.equal(usualFormOf(Text.meta({ title: "a text" }))("a"), false);
});

test("a usual value comes back itself, and another as zod returns it", () => {
  const schema = z.looseObject({ id: NonBlank });
  const usual = JSON.parse('{"id":"a","more":1}');
  assert.equal(safeParse(schema, usual).data, usual);
  const odd = JSON.parse('{"id":"a","__proto__":{"b":1}}');
  assert.deepEqual(safeParse(schema, odd).data, { id: "a" });
  const unusual = JSON.parse('{"id":"é"}');
  assert.deepEqual(safeParse(schema, unusual), schema.safeParse(unusual));
  assert.ok(!safeParse(schema, { id: "" }).success);
});

test("schemas of the kinds that are known accept usual values", () => {
  const schema = z.looseObject({
    text: z.string().max(2),
    number: z.number().min(0).max(1),
    whole: z.int().min(0),
    flag: z.boolean(),
    one: z.literal([1, 2]),
    none: z.literal("a").nullable(),
    list: z.array(z.enum(["a", "b"])),
    record: z.record(z.string().regex(/^\d+$/), z.int()),
    rest: z.unknown(),
  });
  const form = usualFormOf(schema);
  const value = JSON.parse(
    `{"text":"ab","number":1,"whole":0,"flag":false,"one":2,"none":null,"list":["a","b"],"record":{"0":1},"rest":[{}]}`,
  );
  assert.ok(form(value));
  const random = new Random(3);
  let usual = 0;
  for (let round = 0; round < 20_000; round++) {
    const odd = mutated(random, structuredClone(value));
    if (!form(odd)) continue;
    usual++;
    assertZodReturns(schema, odd);
  }
  assert.ok(usual > 1_000, `${usual}`);
});

function assertZodReturns(schema: z.ZodType, value: unknown) {
  const { success, data, error } = schema.safeParse(value);
  assert.ok(success, `${JSON.stringify(value)}: ${error}`);
  assert.ok(isSame(data, value), JSON.stringify([data, value]));
}

/** Equal to the last bit and key: a zero's sign, keys called `__proto__`, what is undefined and what is not there. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (
    typeof one !== "object" || typeof other !== "object" || one === null ||
    other === null ||
    Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)
  ) return false;
  const keys = Reflect.ownKeys(one);
  return keys.length === Reflect.ownKeys(other).length &&
    keys.every((key) =>
      Object.hasOwn(other, key) &&
      isSame(ownValue(one, key), ownValue(other, key))
    );
}
