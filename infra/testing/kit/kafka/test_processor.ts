/** For tests of a processor: one over fakes, and batches for it. */
import { Buffer } from "node:buffer";
import type { OutgoingRecord, ReceivedRecords } from "#kafka/port.ts";
import { done, type Handler } from "#consumer/handler.ts";
import {
  PartitionProcessor,
  type ProcessorDeps,
} from "#consumer/partition_processor.ts";
import { OutageRule } from "#consumer/outage_rule.ts";
import type { CommitResult, Committer } from "#consumer/committer.ts";
import { TooLargeRule } from "#consumer/too_large_rule.ts";

/** What every topic is to take. */
export const CONTRACT_BYTES = 1_000;

/** A batch of ten bytes a record, and how its flow was told to be. */
export const received = (
  ...offsets: number[]
): ReceivedRecords & { flows: string[] } => {
  const flows: string[] = [];
  return {
    flows,
    partition: 0,
    records: offsets.map((offset) => ({
      topic: "in",
      partition: 0,
      offset,
      timestampMs: 0,
      key: null,
      value: Buffer.alloc(10),
      headers: [],
    })),
    fetchedOffset: offsets[0] ?? 0,
    nextOffset: (offsets.at(-1) ?? 0) + 1,
    commitOffset: () => Promise.resolve(),
    flow: {
      pause: () => flows.push("pause"),
      resume: () => flows.push("resume"),
    },
  };
};

type Commit = (
  batch: { output: readonly OutgoingRecord[]; nextOffset: number },
) => Promise<CommitResult>;

/** A processor with a committer of the test's making, and a list of what it tells. */
export function processor(
  { handle, commit, ...given }: {
    handle?: Handler;
    commit?: Commit;
    verify?: Committer["verify"];
    outage?: OutageRule;
    cap?: ProcessorDeps["cap"];
    suspectTopicAfterKeys?: number;
    contiguity?: ProcessorDeps["contiguity"];
    output?: ProcessorDeps["output"];
    traces?: ProcessorDeps["traces"];
    maxRecords?: number;
  },
  overrides: Partial<ProcessorDeps["events"]> = {},
) {
  const told: string[] = [];
  const idle = Promise.withResolvers<void>();
  const committer: Pick<Committer, "commit" | "verify" | "close"> = {
    commit: commit ?? (() => Promise.resolve({ kind: "committed" })),
    verify: given.verify ?? (() => Promise.resolve()),
    close: () => Promise.resolve(),
  };
  const deps: ProcessorDeps = {
    handle: handle ?? ((records) => Promise.resolve(records.map(() => done))),
    committer,
    // The offsets of a test's batches stand for themselves.
    contiguity: given.contiguity ?? { follow: (received) => received },
    output: given.output ?? (() => []),
    traces: given.traces,
    outage: given.outage ?? new OutageRule(0),
    cap: given.cap ?? { take: () => 0 },
    tooLarge: new TooLargeRule({
      outage: new OutageRule(given.suspectTopicAfterKeys ?? 0),
      contractBytes: () => CONTRACT_BYTES,
    }),
    limits: {
      batch: { maxRecords: given.maxRecords ?? 2, maxBytes: 1_000 },
      maxWaitingBytes: 25,
      retryBaseMs: 0,
      retryMaxMs: 0,
    },
    events: {
      taken: (records) => told.push(`taken ${records.length}`),
      attempting() {},
      committed({ results }) {
        const last = results.at(-1)?.record.offset;
        told.push(`committed to ${last}`);
        if (last === 9) idle.resolve();
      },
      superseded: () => (told.push("superseded"), idle.resolve()),
      retrying: ({ attempt }) => told.push(`retrying ${attempt}`),
      capped: ({ deadLetters }) => told.push(`capped ${deadLetters}`),
      ended: () => told.push("ended"),
      lost: () => (told.push("lost"), idle.resolve()),
      stopped: (error) => (told.push(`stopped: ${error}`), idle.resolve()),
      failed: (error) => (told.push(`failed: ${error}`), idle.resolve()),
      ...overrides,
    },
  };
  return {
    processor: new PartitionProcessor(deps, Promise.resolve()),
    told,
    idle: idle.promise,
  };
}
