import { z } from "zod";
import { isGrowing } from "#contracts/growing.ts";
import type { Published } from "./published.ts";

/** A JSON Schema of what the contracts use, as zod makes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema 2020-12 that is published of a contract. It takes whatever zod takes. Of what it cannot say, its descriptions do.
 * It has nothing that draft-07 means otherwise, so that AsyncAPI and generators of code can read it too.
 */
export function jsonSchemaOf({ name, title, about, schema }: Published) {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    // What a reader has to be able to take: with the keys that our own reader drops.
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if (isGrowing(zodSchema)) openList(jsonSchema);
      if (jsonSchema.maxLength !== undefined) {
        jsonSchema.description ??=
          `At most ${jsonSchema.maxLength} UTF-16 code units: a character beyond U+FFFF counts as two.`;
      }
      if (jsonSchema.pattern !== undefined) {
        jsonSchema.pattern = portablePattern(jsonSchema.pattern);
      }
      // No format of JSON Schema's, unlike `contentEncoding`, which stays.
      if (jsonSchema.format === "base64") delete jsonSchema.format;
      if (jsonSchema.prefixItems !== undefined) asPlainArray(jsonSchema);
    },
  });
  return {
    $schema,
    $id: `urn:eventflow:contracts:${name}`,
    title,
    description: about,
    ...rest,
  };
}

function openList(list: JsonSchema): void {
  list.examples = list.enum?.slice(0, 1) ?? [];
  delete list.enum;
  list.description =
    "A word of a list that grows. Take one that you do not know for a later one.";
}

/** `\d` is more than ten digits to Python's `re`. */
function portablePattern(pattern: string): string {
  if (/\[[^\]]*\\[dws]/.test(pattern)) {
    throw new Error(
      `The pattern ${pattern} has a class of characters within brackets, which languages read differently: write its characters out`,
    );
  }
  return pattern.replaceAll("\\d", "[0-9]");
}

/** Draft-07 has no `prefixItems`; what all elements of a tuple have alike it can say. */
function asPlainArray(tuple: JsonSchema): void {
  const [first, ...others] = tuple.prefixItems ?? [];
  const text = JSON.stringify(first);
  if (others.some((other) => JSON.stringify(other) !== text)) {
    throw new Error(
      `The tuple ${
        JSON.stringify(tuple)
      } has elements of several kinds, which draft-07 cannot say: publish an object in its place`,
    );
  }
  delete tuple.prefixItems;
  tuple.items = first;
  tuple.minItems = tuple.maxItems = others.length + 1;
}
