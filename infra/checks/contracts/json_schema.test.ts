import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { type TopicContract, topics } from "#contracts/topics.ts";
import { mutated } from "#kit/contracts/mutated.ts";
import { Random } from "#kit/random.ts";
import { examplesOf } from "./examples.ts";
import { type JsonSchema, jsonSchemaOf } from "./json_schema.ts";
import { type Published, published } from "./published.ts";
import { candidatesOf, samplesOf } from "./samples.ts";
import { validatorOf } from "./validator.ts";

const ROUNDS = 2_000;

for (const [index, contract] of published.entries()) {
  const document = jsonSchemaOf(contract);
  const isTaken = validatorOf(document);

  test(`${contract.name}: what its contract takes the published schema takes, and where it takes more it says so`, () => {
    const random = new Random(index + 1);
    // Not those alone that the schema takes: they could not show that it takes too little.
    const made = { numRuns: 200, seed: 7 };
    const samples = fc.sample(candidatesOf(document), made);
    const examples = [...examplesOf(contract), ...samples];
    const seen = { taken: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const example = structuredClone(random.oneOf(examples));
      const value = asJson(
        round < examples.length ? example : mutated(random, example),
      );
      for (const schema of contractsOf(contract)) {
        const { success, error } = schema.safeParse(value);
        if (success) assert.ok(isTaken(value), JSON.stringify(value));
        else if (isTaken(value) && schema === contract.schema) {
          const unsaid = error.issues.filter((one) => !isSaid(one, document));
          assert.deepEqual(unsaid, [], JSON.stringify(value));
        }
        seen[success ? "taken" : "refused"]++;
      }
    }
    assert.ok(
      seen.taken > ROUNDS / 10 && seen.refused > ROUNDS / 10,
      JSON.stringify(seen),
    );
  });

  // Of offsets in order and apart, hardly any would be made by chance.
  if (contract.name === topics.desk.name) continue;
  test(`${contract.name}: every sample that is made of the published schema satisfies the contract`, () => {
    fc.assert(
      fc.property(samplesOf(document), (value) => {
        const { error } = contract.schema.safeParse(value);
        assert.equal(error, undefined);
      }),
      { numRuns: 1_000, seed: 11 },
    );
  });
}

test("every fixture that a contract takes, the published schema takes, with formats that are looked at", () => {
  for (const contract of published) {
    const isTaken = validatorOf(jsonSchemaOf(contract));
    for (const example of examplesOf(contract)) {
      assert.ok(
        isTaken(example),
        `${contract.name}: ${JSON.stringify(example)}`,
      );
    }
  }
});

test("an amount is published as a decimal, and its digits are to be read from the text", () => {
  const amounts = published.map(jsonSchemaOf)
    .flatMap((document) => subschemasOf(document))
    .filter(([path]) => path.endsWith("/payload/properties/amount"));
  assert.ok(amounts.length > 6);
  for (const [path, amount] of amounts) {
    assert.equal(amount.format, "decimal", path);
    assert.match(`${amount.description}`, /never into a float/, path);
  }
});

test("published schemas have nothing that draft-07 means otherwise, and no pattern that languages read differently", () => {
  for (const contract of published) {
    for (const [path, schema] of subschemasOf(jsonSchemaOf(contract))) {
      const unknown = Object.keys(schema).filter((key) => !inBoth.has(key));
      assert.deepEqual(unknown, [], `${contract.name}${path}`);
      assert.doesNotMatch(`${schema.pattern}`, /\\[dws]|\(\?[=!<]/, path);
    }
  }
});

/** Keywords that draft-07 and 2020-12 mean alike, as they are used here. */
const inBoth = new Set([
  ...["$schema", "$id", "$ref", "$defs", "title", "description", "examples"],
  ...["type", "const", "enum", "format", "pattern", "contentEncoding"],
  ...["minLength", "maxLength", "minItems", "maxItems", "items"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...["properties", "required", "propertyNames", "additionalProperties"],
  ...["allOf", "anyOf", "oneOf", "if", "then"],
]);

test("a list that grows takes a word that comes later, and no other list does", () => {
  const later = fc.sample(fc.constantFrom("later_word"), 1)[0];
  const letter = published.find(({ name }) => name === topics.deadLetters.name);
  assert.ok(letter);
  const [sample] = fc.sample(samplesOf(jsonSchemaOf(letter)), {
    numRuns: 1,
    seed: 1,
  });
  const isTaken = validatorOf(jsonSchemaOf(letter));
  assert.ok(isTaken({ ...Object(sample), error_code: later }));
  assert.ok(!isTaken({ ...Object(sample), error_code: 1 }));
  const failed = published.find(({ name }) => name === "payment.failed.v1");
  assert.ok(failed);
  const [event] = examplesOf(failed);
  const { payload } = Object(event);
  const isFailure = validatorOf(jsonSchemaOf(failed));
  assert.ok(isFailure(event));
  assert.ok(
    !isFailure({ ...Object(event), payload: { ...payload, stage: later } }),
  );
});

/** What is said in words where a schema takes more than its contract. */
const said: readonly { readonly message: RegExp; readonly words: string }[] = [
  {
    message:
      /^must be a time that the calendar|^can have a leap second|^must lie between/,
    words: "The calendar has its day",
  },
  { message: /^must have at most \d+ characters$/, words: "UTF-16 code units" },
  { message: /^Too big: expected string/, words: "UTF-16 code units" },
  { message: /^Invalid option: /, words: "A word of a list that grows" },
  { message: /^must not end before it begins$/, words: "not before the first" },
  { message: /^must be in order and apart$/, words: "in order and apart" },
];

function isSaid(issue: z.core.$ZodIssue, document: JsonSchema): boolean {
  if (issue.code === "invalid_union") {
    return issue.errors.some((all) =>
      all.every((one) => isSaid(one, document))
    );
  }
  const text = JSON.stringify(document);
  return said.some(({ message, words }) =>
    message.test(issue.message) && text.includes(words)
  );
}

/** The contract that is published, and our own if that is narrower. */
function contractsOf({ name, schema }: Published): readonly z.ZodType[] {
  const all: readonly TopicContract[] = Object.values(topics);
  const own = all.find((topic) => topic.name === name)?.schema ?? schema;
  return own === schema ? [schema] : [schema, own];
}

/** As it comes out of JSON. A key called `__proto__` is left out: zod does not look at it. */
function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value) ?? "null",
    (key, one) => key === "__proto__" ? undefined : one,
  );
}

/** Each schema within a schema, with where it is. */
function subschemasOf(
  schema: JsonSchema,
  path = "",
): readonly [string, JsonSchema][] {
  const named = ["properties", "$defs"] as const;
  const listed = ["allOf", "anyOf", "oneOf"] as const;
  const single = [
    "items",
    "propertyNames",
    "additionalProperties",
    "if",
    "then",
  ] as const;
  const inner = [
    ...named.flatMap((key) =>
      Object.entries(schema[key] ?? {}).map(([name, one]) =>
        [`${path}/${key}/${name}`, one] as const
      )
    ),
    ...listed.flatMap((key) =>
      (schema[key] ?? []).map((one, n) => [`${path}/${key}/${n}`, one] as const)
    ),
    ...single.map((key) => [`${path}/${key}`, schema[key]] as const),
  ];
  return [
    [path, schema],
    ...inner.flatMap(([where, one]) =>
      typeof one === "object" && !Array.isArray(one)
        ? subschemasOf(one, where)
        : []
    ),
  ];
}
