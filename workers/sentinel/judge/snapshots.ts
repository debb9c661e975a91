import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { KafkaAdmin, KafkaClient, OutgoingRecord } from "#kafka/port.ts";
import { readableRanges } from "#kafka/readable_ranges.ts";
import type { JudgeState } from "./judge.ts";

/** Bytes of one part: the topic takes 4 MiB. */
const PART_BYTES = 1024 * 1024;

/** Two, so that a whole one is there while the other is written. */
const SLOTS = 2;

const Head = z.object({
  /** The next record of the log of counts. */
  next: z.int().min(0),
  part: z.int().min(0),
  parts: z.int().min(1),
  /** Of the way in which the state is written. */
  version: z.literal(1),
});

const HEADER = "eventflow-sentinel-snapshot";

export type Snapshot = {
  /** The next record of the log of counts that is not in the state. */
  readonly next: number;
  readonly state: JudgeState;
};

/** A snapshot as records, which are written together. */
export function snapshotRecords(
  topic: string,
  { next, state }: Snapshot,
  turn: number,
): OutgoingRecord[] {
  const bytes = gzipSync(Buffer.from(JSON.stringify(state)));
  const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: parts }, (_, part) => ({
    topic,
    key: Buffer.from(`${turn % SLOTS}/${part}`),
    value: bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
    headers: [{
      name: HEADER,
      value: Buffer.from(JSON.stringify({ next, part, parts, version: 1 })),
    }],
  }));
}

/** The newest snapshot that is whole; `undefined` if there is none, or only such of another version. */
export async function latestSnapshot(
  { kafka, admin, topic }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
    readonly topic: string;
  },
): Promise<Snapshot | undefined> {
  const ranges = await readableRanges(admin, topic);
  const found = new Map<
    number,
    { parts: number; values: Map<number, Buffer> }
  >();
  for await (const { records } of kafka.read({ topic, ranges })) {
    for (const { headers, value } of records) {
      const header = headers.find(({ name }) => name === HEADER);
      if (header === undefined || value === null) continue;
      const head = Head.safeParse(JSON.parse(header.value.toString("utf8")));
      if (!head.success) continue;
      const { next, part, parts } = head.data;
      let one = found.get(next);
      if (one === undefined) {
        found.set(next, one = { parts, values: new Map() });
      }
      // Records may be read anew, and their bytes are not ours to keep.
      one.values.set(part, Buffer.from(value));
    }
  }
  const whole =
    [...found].filter(([, { parts, values }]) => values.size === parts).sort((
      [a],
      [b],
    ) => b - a)[0];
  if (whole === undefined) return undefined;
  const [next, { values }] = whole;
  const bytes = Buffer.concat(
    [...values].sort(([a], [b]) => a - b).map(([, value]) => value),
  );
  // What is in the topic was written by this program, in one transaction.
  const state = JSON.parse(gunzipSync(bytes).toString("utf8")) as JudgeState;
  return { next, state };
}
