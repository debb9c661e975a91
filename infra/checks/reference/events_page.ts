import { readFileSync } from "node:fs";
import { eventTypes } from "#contracts/events/registry.ts";
import { topics } from "#contracts/topics.ts";
import { code, generatedPage, jsonBlock, jsonSchema } from "./markdown.ts";

/** Every type of event, with an example and what its values look like as JSON Schema. */
export function eventsPage(): string {
  return generatedPage({
    title: "Events",
    source: "`contracts/events/`",
    parts: [
      `What ${
        code(topics.validated.name)
      } carries. A key that is not here is kept as it came.`,
      ...Object.entries(eventTypes).flatMap((
        [folder, { type, about, schema }],
      ) => [
        `## ${code(type)}`,
        about,
        example(folder),
        jsonSchema(schema),
      ]),
    ],
  });
}

/** The fixture that has every field; there is one of each type. */
function example(folder: string): string {
  const file =
    `../../../contracts/events/${folder}/fixtures/valid/every_field.json`;
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return jsonBlock(text.trim());
}
