/**
 * Answers that stand in the repository, in the form that an endpoint of chat completions gives. They were written by
 * `write_answers.ts`, and by no model: they try the whole way of an answer, and say nothing about what any model is worth.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { askedIn, type Behaviour, complete } from "./fake_models.ts";

export const answersFile = new URL("./written_answers.json", import.meta.url);

/** The content of each answer, by the hash of what was asked. */
const Answers = z.record(z.string(), z.string());

/** Answers what is written, and nothing to what nobody has written an answer to. */
export async function writtenBehaviour(): Promise<Behaviour> {
  const answers = Answers.parse(
    JSON.parse(await readFile(answersFile, "utf8")),
  );
  return (body, response) => {
    const content = answers[askedIn(body)];
    if (content !== undefined) return complete(response, content);
    response.statusCode = 404;
    response.end();
  };
}
