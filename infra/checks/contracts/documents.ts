import { format } from "../generated/format.ts";
import { asyncApi } from "./async_api.ts";
import { growingFile, growingWords } from "./growing_words.ts";
import { jsonSchemaOf } from "./json_schema.ts";
import { published } from "./published.ts";

/** The file of a published contract, in the folder of what is published. */
export function fileOf(name: string): string {
  return `${name}.json`;
}

/** What is published, formatted, by its path in the folder. */
export async function buildDocuments(
  isReleased: (name: string) => boolean,
): Promise<Map<string, string>> {
  const documents = [
    ...published.map((one) => [fileOf(one.name), jsonSchemaOf(one)] as const),
    ["asyncapi.json", asyncApi(isReleased)] as const,
    [growingFile, growingWords(published)] as const,
  ];
  return new Map(
    await Promise.all(
      documents.map(async ([file, document]) =>
        [file, await format(file, JSON.stringify(document, null, 2))] as const
      ),
    ),
  );
}
