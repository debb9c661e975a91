import { ofEachConsumer } from "#contracts/services.ts";
import type { Config } from "#runtime/config.ts";
import { topicSettingOf, type topicSettings } from "../settings.ts";

/** What a worker reads and writes, and as which group. */
export type Work = {
  readonly topic: string;
  /** Beside dead letters. */
  readonly outputTopics: readonly string[];
  readonly groupId: string;
};

/** What its topics are called on this cluster, and its group. */
type Names = Config<typeof topicSettings> & { readonly groupId: string };

/**
 * Who reads and writes what, as the table of consumers has it: workers are started by it, and their rights are printed
 * and checked by it.
 */
export const works = ofEachConsumer(
  "",
  ({ reads, writes }) => (names: Names): Work => ({
    topic: names[topicSettingOf[reads]],
    outputTopics: writes.map((topic) => names[topicSettingOf[topic]]),
    groupId: names.groupId,
  }),
);
