/**
 * Words of lists that grow. A schema does not name them, so that it stays as it was released when one is added; but records with each of
 * them are there for years, and a word that is taken away would make them unreadable to our own code.
 *
 * @module
 */
import { z } from "zod";
import { isGrowing } from "#contracts/growing.ts";
import type { Published } from "./published.ts";

/** In the folder of what is published. */
export const growingFile = "growing.json";

/** Words by the contract and the field they stand in: `error_code`, or `a.b` for one within another. */
export type GrowingWords = Readonly<
  Record<string, Readonly<Record<string, readonly string[]>>>
>;

export function growingWords(contracts: readonly Published[]): GrowingWords {
  return Object.fromEntries(
    contracts.map(({ name, schema }) => [name, wordsIn(schema)] as const)
      .filter(([, fields]) => Object.keys(fields).length > 0),
  );
}

function wordsIn(schema: z.ZodType): Record<string, readonly string[]> {
  const fields: Record<string, readonly string[]> = {};
  z.toJSONSchema(schema, {
    io: "input",
    override: ({ zodSchema, jsonSchema, path }) => {
      if (!isGrowing(zodSchema)) return;
      const field = path.filter((step) => step !== "properties").join(".");
      fields[field] = (jsonSchema.enum ?? []).map(String);
    },
  });
  return fields;
}

/** What was there and is not any more, each as a sentence that says what to do. */
export function lostWords(before: GrowingWords, now: GrowingWords): string[] {
  return Object.entries(before).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, words]) =>
      words.filter((word) => !now[name]?.[field]?.includes(word)).map((word) =>
        `${field} of ${name} has no word ${word} any more, and records that say it are there for years: put it back into the list.`
      )
    )
  );
}
