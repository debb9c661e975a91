import { backoffMs, sleep } from "../backoff.ts";
import { exitCodes } from "../errors.ts";
import { StartError } from "../lifecycle.ts";
import type { KafkaClient } from "./port.ts";

/** Whether Kafka answers, and which of the topics asked for it does not have. */
export type Look =
  | { readonly reachable: true; readonly missing: readonly string[] }
  | { readonly reachable: false; readonly cause?: unknown };

/**
 * Asks Kafka for topics over a connection of its own, closed afterwards. Never throws; takes as long
 * as the client's retries do.
 */
export async function lookForTopics(
  client: KafkaClient,
  topics: readonly string[],
): Promise<Look> {
  try {
    const admin = await client.admin();
    try {
      const existing = (await admin.topics(topics)).map(({ name }) => name);
      return {
        reachable: true,
        missing: topics.filter((topic) => !existing.includes(topic)),
      };
    } finally {
      await admin.close();
    }
  } catch (cause) {
    return { reachable: false, cause };
  }
}

/**
 * Waits at a service's start until Kafka answers and has the topics the service works on. Returns at
 * once when `signal` is aborted.
 *
 * @param timeoutMs milliseconds after which it is given up
 * @throws {StartError} with the sentence that says what to do
 */
export async function awaitKafka(
  client: KafkaClient,
  { topics, bootstrapServers, timeoutMs, signal }: {
    topics: readonly string[];
    bootstrapServers: readonly string[];
    timeoutMs: number;
    signal: AbortSignal;
  },
): Promise<void> {
  const settled = new AbortController();
  const timeUp = sleep(timeoutMs, AbortSignal.any([signal, settled.signal]))
    .then(() => undefined);
  let seen: Look = { reachable: false };
  try {
    for (let attempt = 0;; attempt++) {
      const look = await Promise.race([lookForTopics(client, topics), timeUp]);
      if (signal.aborted) return;
      if (look === undefined) break;
      if (look.reachable && look.missing.length === 0) {
        const isProven = await isProvenOn(client);
        if (isProven === true) return;
        if (isProven === false) throw tooOld(bootstrapServers);
      }
      seen = look;
      const waitMs = backoffMs({ attempt, baseMs: 200, maxMs: 1_000 });
      await Promise.race([sleep(waitMs, settled.signal), timeUp]);
    }
  } finally {
    settled.abort();
  }
  const servers = bootstrapServers.join(", ");
  const seconds = timeoutMs / 1000;
  throw seen.reachable
    ? new StartError(
      `Kafka at ${servers} has no topic ${
        seen.missing.join(" and no topic ")
      }: create what is missing with "deno task topics --apply".`,
    )
    : new StartError(
      `Cannot reach Kafka at ${servers} within ${seconds} s: start it with "deno task up" or set KAFKA_BOOTSTRAP_SERVERS.`,
      { cause: seen.cause },
    );
}

/** Undefined where Kafka does not answer any more. */
async function isProvenOn(client: KafkaClient): Promise<boolean | undefined> {
  try {
    const admin = await client.admin();
    return await admin.isProven().finally(() => admin.close());
  } catch {
    return undefined;
  }
}

function tooOld(bootstrapServers: readonly string[]): StartError {
  return new StartError(
    `Kafka at ${
      bootstrapServers.join(", ")
    } is older than 3.9, the oldest version that EventFlow is proven on: upgrade its brokers.`,
    { exitCode: exitCodes.config },
  );
}
