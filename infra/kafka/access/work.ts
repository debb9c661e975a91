import type { Config } from "#runtime/config.ts";
import type { topicSettings } from "../settings.ts";

/** What a worker reads and writes, and as which group. */
export type Work = {
  readonly topic: string;
  /** Beside dead letters. */
  readonly outputTopics: readonly string[];
  readonly groupId: string;
};

type Names =
  & Pick<Config<typeof topicSettings>, "rawTopic" | "validatedTopic">
  & {
    readonly groupId: string;
  };

/**
 * The one place that says who reads and writes what: workers are started by it, and their rights are printed and
 * checked by it.
 */
export const works = {
  validator: ({ rawTopic, validatedTopic, groupId }: Names): Work => ({
    topic: rawTopic,
    outputTopics: [validatedTopic],
    groupId,
  }),
  analytics: ({ validatedTopic, groupId }: Omit<Names, "rawTopic">): Work => ({
    topic: validatedTopic,
    outputTopics: [],
    groupId,
  }),
  persistence: (
    { validatedTopic, groupId }: Omit<Names, "rawTopic">,
  ): Work => ({
    topic: validatedTopic,
    outputTopics: [],
    groupId,
  }),
} as const;

export type WorkName = keyof typeof works;
