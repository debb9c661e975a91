import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { topics } from "#contracts/topics.ts";
import { enrichedJson } from "#kit/enriched.ts";
import { repositoryRoot } from "#local/home.ts";
import { type Published, published } from "./published.ts";

/** Values that a contract takes: of an event its fixtures, of a topic of events those of all. The others have none. */
export function examplesOf(
  { name, fixtures }: Pick<Published, "name" | "fixtures">,
): readonly unknown[] {
  if (fixtures !== undefined) return textsIn(fixtures).map(parsed);
  switch (name) {
    case topics.validated.name:
      return allTexts().map(parsed);
    case topics.enriched.name:
      return allTexts().map((text) => parsed(enrichedJson(text)));
    default:
      return [];
  }
}

function allTexts(): string[] {
  return published.flatMap(({ fixtures }) =>
    fixtures === undefined ? [] : textsIn(fixtures)
  );
}

function textsIn(folder: string): string[] {
  const path = join(repositoryRoot, folder);
  return readdirSync(path).map((file) =>
    readFileSync(join(path, file), "utf8").trim()
  );
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}
