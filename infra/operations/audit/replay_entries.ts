import { Buffer } from "node:buffer";
import { z } from "zod";
import { SortedEntries } from "./sorted_entries.ts";

const ReplayedTopic = z.enum(["raw", "validated"]);
/** Topics that a replay may be put into. */
export type ReplayedTopic = z.infer<typeof ReplayedTopic>;

/** One record that an action says was sent. */
const Named = z.object({
  is: z.literal("named"),
  to: ReplayedTopic,
  /** The service that it is for; empty if for all. */
  for: z.string(),
  number: z.int(),
  partition: z.int(),
  offset: z.int(),
  /** Whether its record must be among those that were read. */
  must: z.boolean(),
});
export type Named = z.infer<typeof Named>;

/** One record that says it is a replay. */
const Replayed = z.object({
  is: z.literal("replayed"),
  in: ReplayedTopic,
  for: z.string(),
  partition: z.int(),
  offset: z.int(),
  /** Of what it says it was made of, if that was in the raw topic: `partition/offset`. */
  source: z.string().optional(),
  /** Whether that lies outside of what was read. */
  isSourceOutside: z.boolean(),
  /** Whether its action may be older than what is kept of them. */
  isOlder: z.boolean(),
});
export type Replayed = z.infer<typeof Replayed>;

const Entry = z.discriminatedUnion("is", [Named, Replayed]);
export type Entry = z.infer<typeof Entry>;

/** Of what says the same, so much is looked at one by one; the rest is counted. */
const MOST_ALIKE = 1_000;

/** What actions name and what says it is a replay, in any order in; out again by what belongs together. */
export class ReplayEntries {
  readonly #sorted: SortedEntries;

  constructor(folder: string) {
    this.#sorted = new SortedEntries(folder);
  }

  /** @param key of what belongs together: without a line feed */
  add(key: string, entry: Entry): void {
    this.#sorted.add(Buffer.from(`${key}\n${JSON.stringify(entry)}`));
  }

  /** To be called once, after the last is added. */
  *groups(): Generator<{ key: string; entries: Entry[] }> {
    let group: { key: string; entries: Entry[] } | undefined;
    for (const bytes of this.#sorted.inOrder()) {
      const [key = "", json = ""] = bytes.toString("utf8").split("\n");
      if (group?.key !== key) {
        if (group !== undefined) yield group;
        group = { key, entries: [] };
      }
      if (group.entries.length < MOST_ALIKE) {
        group.entries.push(Entry.parse(JSON.parse(json)));
      }
    }
    if (group !== undefined) yield group;
  }

  close(): void {
    this.#sorted.close();
  }
}
