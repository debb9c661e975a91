import { randomUUID } from "node:crypto";
import { isJsonObject } from "#contracts/parse.ts";
import type { KafkaClient } from "#kafka/port.ts";

/** Sees the events that arrive in a topic from now on. */
export type EventWatch = {
  readonly topic: string;
  /** The record's value as it was read, if the event has arrived. */
  seen(eventId: string): Readonly<Record<string, unknown>> | undefined;
  close(): Promise<void>;
};

/**
 * Watches a topic from its present end. A group of its own is put there first, for a group without a
 * position begins at the beginning, and that may be millions of records ago.
 */
export async function watchTopic(
  client: KafkaClient,
  topic: string,
): Promise<EventWatch> {
  const groupId = `eventflow-smoke-${randomUUID()}`;
  const admin = await client.admin();
  const ends = await admin.endOffsets(topic).finally(() => admin.close());
  await Promise.all(
    [...ends].map(async ([partition, nextOffset]) => {
      const id = `${groupId}.${partition}`;
      const sender = await client.openTransactional(id, {
        groupId,
        topics: [],
      });
      await sender.transact([], groupId, { topic, partition, nextOffset })
        .finally(() => sender.close());
    }),
  );
  const values = new Map<string, Readonly<Record<string, unknown>>>();
  const consumer = await client.join({
    groupId,
    topic,
    listener: {
      revoked: () => {},
      assigned: () => {},
      received: ({ records }) => {
        for (const { value } of records) {
          const parsed = parse(value?.toString("utf8") ?? "");
          const event = isJsonObject(parsed?.event) ? parsed.event : parsed;
          if (parsed && typeof event?.event_id === "string") {
            values.set(event.event_id, parsed);
          }
        }
      },
      crashed: () => {},
    },
  });
  return {
    topic,
    seen: (eventId) => values.get(eventId),
    close: () => consumer.close(),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
