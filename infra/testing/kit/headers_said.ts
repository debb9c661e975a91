import { topicIds, topics as contracts } from "#contracts/topics.ts";
import document from "../../../contracts/published/asyncapi.json" with {
  type: "json",
};
import type { Pipeline } from "./pipeline.ts";

type Headers = {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly patternProperties?: Readonly<Record<string, unknown>>;
};

/**
 * Headers that records of a pipeline have and that the published AsyncAPI does not say of their topics, each as `raw: name`. A client that is
 * generated of it, and a person who reads it, would not know them.
 */
export async function unsaidHeaders(
  { cluster, topics }: Pick<Pipeline, "cluster" | "topics">,
): Promise<string[]> {
  const unsaid = new Set<string>();
  for (const id of topicIds) {
    const { properties, patternProperties = {} } = published(
      contracts[id].name,
    );
    const patterns = Object.keys(patternProperties)
      .map((pattern) => new RegExp(pattern));
    for (const { headers } of await cluster.readAll(topics[id])) {
      for (const { name } of headers) {
        const isSaid = Object.hasOwn(properties, name) ||
          patterns.some((pattern) => pattern.test(name));
        if (!isSaid) unsaid.add(`${id}: ${name}`);
      }
    }
  }
  return [...unsaid];
}

/** Of whichever message: all of a topic have the same. */
function published(topic: string): Headers {
  const channel = Object.values(document.channels)
    .find(({ address }) => address === topic);
  const [message] = Object.keys(channel?.messages ?? {});
  const [, said] = Object.entries(document.components.messages)
    .find(([key]) => key === message) ?? [];
  if (said === undefined) {
    throw new Error(`asyncapi.json has no message of ${topic}`);
  }
  return said.headers;
}
