import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { EveryEnriched } from "./events/payment_enriched.ts";
import { mappedFields } from "./events/payment_fields.ts";
import { eventTypes } from "./events/registry.ts";
import { personalFields, plainFields } from "./personal_data.ts";

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
};

/** Paths of all fields that a schema names, but for those within one that is said to be of a person, or to be plain, as a whole. */
function fieldsOf(schema: Schema, path = ""): string[] {
  const parts = [schema, ...schema.anyOf ?? [], ...schema.allOf ?? []];
  return parts.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, its]) => {
      const field = path === "" ? name : `${path}.${name}`;
      const isWhole = field !== "payload" && isSaid(field);
      return isWhole ? [field] : [field, ...fieldsOf(its, field)];
    })
  );
}

const isSaid = (field: string) =>
  Object.hasOwn(personalFields, field) || plainFields.includes(field);

const mapped = z.object({ payload: z.object(mappedFields) });
const schemas = [
  ...Object.values(eventTypes).map(({ schema }) => schema),
  EveryEnriched,
  mapped,
];
const fields = new Set(
  schemas.flatMap((schema) =>
    fieldsOf(z.toJSONSchema(schema, { unrepresentable: "any" }) as Schema)
  ),
);

test("of each field of an event it is said whether it is about a person", () => {
  assert.deepEqual([...fields].filter((field) => !isSaid(field)), []);
});

test("what is said to be about a person, or not, is a field of an event, and not both", () => {
  const said = [...Object.keys(personalFields), ...plainFields];
  assert.deepEqual(said.filter((field) => !fields.has(field)), []);
  assert.equal(new Set(said).size, said.length);
});
