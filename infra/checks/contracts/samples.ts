/**
 * Values that a published schema surely takes, for fast-check. Where a schema is wider than its contract, as with the days of a
 * calendar, they keep to what its descriptions say.
 *
 * @module
 */
import fc from "fast-check";
import type { JsonSchema } from "./json_schema.ts";
import { validatorOf } from "./validator.ts";

/** @param further names of keys that are not in the schema: values may have these, with anything behind them */
export function samplesOf(
  schema: JsonSchema,
  further: readonly string[] = [],
): fc.Arbitrary<unknown> {
  // What is said by `allOf` and `if` beside the properties of an object, the schema itself judges.
  return candidatesOf(schema, further).filter(validatorOf(schema));
}

/** The same by what each part of the schema says. The whole may refuse some of them. */
export function candidatesOf(
  schema: JsonSchema,
  further: readonly string[] = [],
): fc.Arbitrary<unknown> {
  const keys = fc.oneof(
    fc.constantFrom("further", ...further),
    fc.string({ maxLength: 5 }).filter((key) => key !== "__proto__"),
  );
  return new Samples(schema, keys).of(schema);
}

class Samples {
  readonly #root: JsonSchema;
  readonly #further: fc.Arbitrary<string>;

  constructor(root: JsonSchema, further: fc.Arbitrary<string>) {
    this.#root = root;
    this.#further = further;
  }

  of(schema: JsonSchema | boolean | undefined): fc.Arbitrary<unknown> {
    if (schema === undefined || typeof schema === "boolean") return anything;
    const { $ref, const: constant, enum: words } = schema;
    if ($ref !== undefined) {
      return this.of(this.#root.$defs?.[$ref.replace("#/$defs/", "")]);
    }
    if (constant !== undefined) return fc.constant(constant);
    if (words !== undefined) return fc.constantFrom(...words);
    // Of a list that grows.
    if (schema.examples !== undefined) {
      return fc.constantFrom(...schema.examples);
    }
    if (Array.isArray(schema.type)) {
      return fc.oneof(
        ...schema.type.map((type) => this.of({ ...schema, type })),
      );
    }
    const one = schema.oneOf ?? schema.anyOf;
    if (one !== undefined && schema.type === undefined) {
      return fc.oneof(...one.map((other) => this.of(other)));
    }
    switch (schema.type) {
      case "object":
        return this.#object(schema);
      case "array":
        return this.#array(schema);
      case "string":
        return texts(schema);
      case "integer":
        return fc.integer({
          min: Math.max(schema.minimum ?? -(2 ** 31), -(2 ** 31)),
          max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
        });
      case "number":
        return numbers(schema);
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case undefined:
        return anything;
    }
    throw new Error(`No samples are made of ${JSON.stringify(schema)}`);
  }

  #object(
    { properties, required = [], propertyNames, additionalProperties }:
      JsonSchema,
  ): fc.Arbitrary<unknown> {
    if (properties === undefined) {
      const names = this.of(propertyNames).map(String)
        .filter((name) => name !== "__proto__");
      return fc.dictionary(names, this.of(additionalProperties), {
        noNullPrototype: true,
      });
    }
    const known = fc.record(
      Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, this.of(one)]),
      ),
      { requiredKeys: [...required], noNullPrototype: true },
    );
    const more = fc.dictionary(
      this.#further.filter((key) => !Object.hasOwn(properties, key)),
      anything,
      { maxKeys: 2, noNullPrototype: true },
    );
    return fc.tuple(known, more).map(([one, other]) => ({ ...one, ...other }));
  }

  #array({ items, minItems, maxItems }: JsonSchema): fc.Arbitrary<unknown> {
    if (Array.isArray(items)) throw new Error("A list has one kind of items");
    return fc.array(this.of(items), {
      minLength: minItems ?? 0,
      maxLength: maxItems ?? (minItems ?? 0) + 3,
    });
  }
}

/** Any JSON value of some size. */
const anything = fc.jsonValue({ maxDepth: 2 });

function texts(
  { format, pattern, contentEncoding, minLength, maxLength }: JsonSchema,
): fc.Arbitrary<string> {
  if (format === "date-time") return times;
  if (format === "uuid") return fc.uuid();
  if (contentEncoding === "base64") return fc.base64String({ maxLength: 40 });
  // Counted in UTF-16 code units, as zod does: they are as many as the characters or more.
  const isFitting = (text: string) =>
    text.length >= (minLength ?? 0) && text.length <= (maxLength ?? Infinity);
  return (pattern === undefined
    ? fc.string({ unit: "grapheme" })
    : fc.stringMatching(new RegExp(pattern))).filter(isFitting);
}

function numbers(
  { format, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema,
): fc.Arbitrary<number> {
  const min = Number(minimum ?? exclusiveMinimum ?? -Number.MAX_VALUE);
  const max = Number(maximum ?? exclusiveMaximum ?? Number.MAX_VALUE);
  const within = (n: number) =>
    n >= min && n <= max && n !== exclusiveMinimum && n !== exclusiveMaximum;
  const any = fc.double({ min, max, noNaN: true });
  const decimals = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }))
    .map(([units, places]) => Math.abs(units) / 10 ** places);
  return (format === "decimal" ? fc.oneof(any, decimals) : any).filter(within);
}

const two = (min: number, max: number) =>
  fc.integer({ min, max }).map((n) => `${n}`.padStart(2, "0"));

/** Times that the calendar has, away from its ends. */
const times = fc.tuple(
  fc.integer({ min: 2, max: 9998 }).map((n) => `${n}`.padStart(4, "0")),
  two(1, 12),
  two(1, 28),
  fc.constantFrom("T", "t"),
  fc.tuple(two(0, 23), two(0, 59), two(0, 59)).map((parts) => parts.join(":")),
  fc.oneof(fc.constant(""), fc.stringMatching(/^\.[0-9]{1,9}$/)),
  fc.oneof(
    fc.constantFrom("Z", "z"),
    fc.tuple(fc.constantFrom("+", "-"), two(0, 15), two(0, 59))
      .map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
  ),
).map(([year, month, day, ...time]) =>
  `${year}-${month}-${day}${time.join("")}`
);
