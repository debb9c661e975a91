import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelCard } from "./model_card.ts";
import type { Scorer } from "./score.ts";
import { scorerOf } from "./scorer.ts";
import { ModelError } from "./tree_model.ts";

/** The folder of the model that comes with EventFlow: trained on made-up payments, as its card says. */
export const SHIPPED_MODEL = fileURLToPath(new URL("model", import.meta.url));

/**
 * Reads a model and its card: `model.txt` and `card.json`.
 *
 * @throws {ModelError} if one of them is not there, or not what it must be
 */
export function readScorer(folder: string = SHIPPED_MODEL): Scorer {
  const card = ModelCard.safeParse(readJson(join(folder, "card.json")));
  if (card.success) return scorerOf(read(join(folder, "model.txt")), card.data);
  const [issue] = card.error.issues;
  throw new ModelError(
    `The model's card in ${folder} is wrong at ${
      issue?.path.join(".")
    }: ${issue?.message}.`,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ModelError(`${path} cannot be read.`, { cause });
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(read(path));
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(`${path} is no JSON.`, { cause });
  }
}
