import { readFileSync } from "node:fs";
import {
  cloudEventHeaders,
  type HeaderName,
  headers,
  HTTP_PREFIX,
} from "#contracts/headers.ts";
import { consumerOf, consumers } from "#contracts/services.ts";
import {
  type TopicContract,
  type TopicId,
  topicIds,
  topics,
} from "#contracts/topics.ts";
import { eventTypeNames } from "#contracts/events/registry.ts";
import { topicConfig } from "../../operations/topics/topic_plan.ts";
import { headerDocs } from "./header_docs.ts";
import { type Published, published } from "./published.ts";

/** Of the schemas of Kafka's bindings. */
const BINDING = { bindingVersion: "0.5.0" };

/**
 * The topics as AsyncAPI 3 describes them: addresses, messages, keys, headers, how long records are kept, who writes and who reads.
 * Values are the published schemas, by reference.
 *
 * @param isReleased whether a contract, by its name, is one that does not change any more
 */
export function asyncApi(isReleased: (name: string) => boolean) {
  const docs = headerDocs();
  return {
    asyncapi: "3.1.0",
    id: "urn:eventflow",
    info: {
      title: "EventFlow",
      version: "1",
      description:
        "The topics of a pipeline of payment webhooks. A topic or a group may have another name on your cluster: each topic says which variable names it. Who reads facts reads them `read_committed`.",
      license: { name: "MIT" },
      "x-generated-by":
        "deno task contracts, from contracts/: edit that, not this document.",
    },
    defaultContentType: "application/json",
    channels: byKey(topicIds, channelOf),
    operations: Object.fromEntries(topicIds.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(
        topicIds.flatMap((id) =>
          messagesOf(id).map((
            { key, ...message },
          ) => [key, messageOf(id, message, isReleased)])
        ),
      ),
      schemas: Object.fromEntries(
        [...docs].map(([name, description]) => [
          headers[name],
          { type: "string", description },
        ]),
      ),
    },
  };
}

function channelOf(id: TopicId) {
  const topic: TopicContract = topics[id];
  const { "cleanup.policy": policy = "delete", ...config } = topicConfig(topic);
  return {
    address: topic.name,
    description: `${topic.about} \`${topic.env}\` gives it another name.`,
    messages: Object.fromEntries(
      messagesOf(id).map((
        { key, name },
      ) => [name, { $ref: `#/components/messages/${key}` }]),
    ),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: {
          "cleanup.policy": [policy],
          ...byKey(Object.keys(config), (key) => asWritten(config[key])),
        },
        ...BINDING,
      },
    },
  };
}

type Message = {
  /** In the components of the document. */
  readonly key: string;
  /** In its channel. */
  readonly name: string;
  /** `null` if a value may be any bytes. */
  readonly of: Published | null;
};

/** What a topic carries: of the validated one each type of event, and whatever comes later. */
function messagesOf(id: TopicId): readonly Message[] {
  const { name } = topics[id];
  const names = id === "validated" ? [...eventTypeNames, name] : [name];
  return names.map((one) => ({
    key: one.replaceAll(".", "_"),
    name: one.replaceAll(".", "_"),
    of: published.find((other) => other.name === one) ?? null,
  }));
}

function messageOf(
  id: TopicId,
  { name, of }: Omit<Message, "key">,
  isReleased: (name: string) => boolean,
) {
  const topic: TopicContract = topics[id];
  return {
    name: of?.name ?? name,
    title: of?.title ?? topic.name,
    summary: of?.about ?? topic.about,
    headers: headersOf(id),
    ...of === null ? { contentType: "application/octet-stream" } : {
      payload: { $ref: `./${of.name}.json` },
      tags: [{ name: isReleased(of.name) ? "released" : "draft" }],
      ...examplesOf(of),
    },
    bindings: {
      kafka: { key: { type: "string", description: topic.key }, ...BINDING },
    },
  };
}

function headersOf(id: TopicId) {
  const named: readonly HeaderName[] = topics[id].headers;
  return {
    type: "object",
    properties: {
      ...byKey(
        named.map((name) => headers[name]),
        (name) => ({ $ref: `#/components/schemas/${name}` }),
      ),
      // What carries facts.
      ...named.includes("transmission") &&
        byKey(Object.values(cloudEventHeaders), () => ({
          type: "string",
          description: "Of CloudEvents 1.0: there if the validator writes it.",
        })),
    },
    // What a signature needs to be proven again is kept with what was signed.
    ...(id === "raw" || id === "deadLetters") && {
      patternProperties: { [`^${HTTP_PREFIX}`]: { type: "string" } },
    },
  };
}

/** The fixture that has every field. */
function examplesOf({ fixtures }: Published) {
  if (fixtures === undefined) return {};
  const file = `../../../${fixtures}/every_field.json`;
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return { examples: [{ name: "every_field", payload: JSON.parse(text) }] };
}

/** Each with its name, which says who does what. */
function operationsOf(id: TopicId): [string, object][] {
  const { writer, readers }: TopicContract = topics[id];
  const channel = { $ref: `#/channels/${id}` };
  const writers = writer === EVERY_WORKER ? allServices : [writer];
  return [
    ...writers.map((service): [string, object] => [
      `${keyOf(service)}_sends_${id}`,
      { action: "send", channel, title: `${service} writes` },
    ]),
    ...readers.map((service): [string, object] => [
      `${keyOf(service)}_receives_${id}`,
      {
        action: "receive",
        channel,
        title: `${service} reads`,
        ...isGroupOn(service, id) && {
          bindings: {
            kafka: { groupId: { type: "string", enum: [service] }, ...BINDING },
          },
        },
      },
    ]),
  ];
}

const EVERY_WORKER: string = topics.deadLetters.writer;
const allServices = Object.values(consumers).map(({ service }) => service);

function keyOf(service: string): string {
  return service.replaceAll("-", "_");
}

/** Whether a service reads a topic as a group of its own name: others follow it without one. */
function isGroupOn(service: string, id: TopicId): boolean {
  const consumer = consumerOf(service);
  return consumer !== undefined && consumers[consumer].reads === id;
}

/** A number, or a word. */
function asWritten(value: string | undefined): number | string | undefined {
  return Number.isNaN(Number(value)) ? value : Number(value);
}

function byKey<K extends string, T>(keys: readonly K[], make: (key: K) => T) {
  return Object.fromEntries(keys.map((key) => [key, make(key)]));
}
