import type { z } from "zod";
import { LaterEvent } from "#contracts/events/event_type.ts";
import { EveryEnriched } from "#contracts/events/payment_enriched.ts";
import { eventTypes } from "#contracts/events/registry.ts";
import { type TopicContract, topics } from "#contracts/topics.ts";

/** Folder of what is published, from the repository's root. */
export const publishedFolder = "contracts/published";

/** A contract that others live by: an event of one type, or the values of a topic. */
export type Published = {
  /** Its name on the wire, version included: `payment.authorized.v1`. */
  readonly name: string;
  readonly of: "event" | "topic";
  /** What a class that is generated of it is called. */
  readonly title: string;
  /** One or more sentences. */
  readonly about: string;
  /** What is published. It takes whatever our own contract takes, and may take more. */
  readonly schema: z.ZodType;
  /** Folder of the fixtures that it takes, from the repository's root; undefined if it has none of its own. */
  readonly fixtures?: string;
};

/** How each reader is to take what is not written here. */
const FURTHER =
  "Keys that are not here may come at any time: keep or ignore them.";

const ofTypes: readonly Published[] = Object.entries(eventTypes).map((
  [folder, { type, about, schema }],
) => ({
  name: type,
  of: "event",
  title: titleOf(type),
  about: `${about} ${FURTHER}`,
  schema,
  fixtures: `contracts/events/${folder}/fixtures/valid`,
}));

/** What is published of a topic, if that is not our own contract: a type that is added must not change what was released. */
const ofEveryType = new Map<TopicContract, Pick<Published, "about" | "schema">>(
  [
    [topics.validated, {
      about:
        `What every event of the topic satisfies, whatever its type, also of a type that is added later. The schema that is named as its \`event_type\` says more. No object has a key twice, no text has U+0000 or half of a surrogate pair, no number is beyond a double or longer than 1,000 characters, and nothing nests deeper than 100 levels. ${FURTHER}`,
      schema: LaterEvent,
    }],
    [topics.enriched, {
      about:
        `A validated event, digit for digit, with what was worked out about it: \`enrichment\`, and \`payload.risk_score\` where a score applies. The schema that is named as its \`event_type\` says more. ${FURTHER}`,
      schema: EveryEnriched,
    }],
  ],
);

const ofTopics: readonly Published[] = Object.values(topics).flatMap(
  (topic: TopicContract) => {
    const { name, schema, about } = topic;
    if (schema === null) return [];
    const said = ofEveryType.get(topic) ??
      { about: `${about} ${FURTHER}`, schema };
    return [{ name, of: "topic" as const, title: titleOf(name), ...said }];
  },
);

/** Everything that is published, once by name. */
export const published: readonly Published[] = [...ofTypes, ...ofTopics];

/** `PaymentAuthorizedV1` of `payment.authorized.v1`. */
function titleOf(name: string): string {
  return name.split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
