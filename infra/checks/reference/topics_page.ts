import { PaymentEvent } from "#contracts/events/registry.ts";
import { type TopicContract, topics } from "#contracts/topics.ts";
import { code, generatedPage, jsonSchema, table } from "./markdown.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MiB = 1024 * 1024;

/** Every topic, and what its values look like as JSON Schema. */
export function topicsPage(
  contracts: readonly TopicContract[] = Object.values(topics),
): string {
  return generatedPage({
    title: "Topics",
    source: "`contracts/topics.ts`",
    parts: [
      table(
        ["Topic", "Key", "Written by", "Read by"],
        contracts.map(({ name, key, writer, readers }) => [
          code(name),
          key,
          writer,
          readers.join(", ") || "–",
        ]),
      ),
      table(
        ["Topic", "Variable", "Partitions locally", "Kept", "Largest batch"],
        contracts.map((topic) => [
          code(topic.name),
          code(topic.env),
          String(topic.partitions),
          `${topic.retentionMs / DAY_MS} days`,
          `${topic.maxMessageBytes / MiB} MiB`,
        ]),
      ),
      ...contracts.flatMap(({ name, schema }) => [
        `## Values of ${code(name)}`,
        valuesOf(schema),
      ]),
    ],
  });
}

function valuesOf(schema: TopicContract["schema"]): string {
  if (schema === null) return "Any bytes: what was signed is kept as it came.";
  return schema === PaymentEvent
    ? "An event of any [type there is](events.md)."
    : jsonSchema(schema);
}
