import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { TooLargeError, UnwritableError } from "#kafka/write_errors.ts";
import { deadLetterOf } from "./dead_letter.ts";
import { type CommittedBatch, eachRecord, type Outcome } from "./handler.ts";
import type { ProcessorDeps } from "./partition_processor.ts";
import {
  CONTRACT_BYTES,
  processor,
  received,
} from "#kit/kafka/test_processor.ts";

const [LARGE, MIDDLE] = [2 * CONTRACT_BYTES, CONTRACT_BYTES / 2];

const output: ProcessorDeps["output"] = (record, outcome, attempts) => {
  if (outcome.kind === "forward") return outcome.records;
  if (outcome.kind !== "dead-letter") return [];
  return [deadLetterOf(record, {
    topic: "dlq",
    service: "s",
    rejection: outcome.rejection,
    attempts,
    at: new Date(0),
    maxBytes: outcome.maxBytes,
  })];
};

const forward = (bytes: number): Outcome => ({
  kind: "forward",
  records: [{
    topic: "out",
    key: null,
    value: Buffer.alloc(bytes),
    headers: [],
  }],
});

/**
 * A processor whose topics take records up to so many bytes, as may change while it works. `commits` are the
 * topics and sizes of what was tried to be written.
 */
function working(
  { limits, outcomeOf, ...given }: {
    limits: Record<string, number>;
    outcomeOf: (offset: number) => Outcome;
    suspectTopicAfterKeys?: number;
    cap?: ProcessorDeps["cap"];
    maxRecords?: number;
  },
  events: Partial<ProcessorDeps["events"]> = {},
) {
  const committed: CommittedBatch["results"][number][] = [];
  const commits: OutgoingRecord[][] = [];
  const idle = Promise.withResolvers<void>();
  let handled = 0;
  const { processor: own, told } = processor({
    ...given,
    output,
    handle: eachRecord(({ offset }) => {
      handled++;
      return outcomeOf(offset);
    }),
    commit({ output }) {
      commits.push([...output]);
      const failures = new Map<OutgoingRecord, Error>();
      for (const record of output) {
        const [{ topic }, bytes] = [record, sizeOf(record)];
        if (bytes <= (limits[topic] ?? Infinity)) continue;
        failures.set(record, new TooLargeError({ topic, bytes }));
      }
      if (failures.size === 0) return Promise.resolve({ kind: "committed" });
      const cause = new UnwritableError(["any"], { failures });
      return Promise.reject(new TransientError("Cannot commit", { cause }));
    },
  }, {
    ...events,
    committed({ results }) {
      committed.push(...results);
      if (results.at(-1)?.record.offset === 9) idle.resolve();
    },
  });
  return {
    processor: own,
    told,
    committed,
    commits,
    idle: idle.promise,
    get handled() {
      return handled;
    },
  };
}

const codes = (committed: CommittedBatch["results"]) =>
  committed.map(({ outcome }) =>
    outcome.kind === "dead-letter" ? outcome.rejection.code : outcome.kind
  );

test("a record whose output is too large is a dead letter at once, and its neighbours pass", async () => {
  const work = working({
    limits: { out: CONTRACT_BYTES },
    outcomeOf: (offset) => forward(offset === 8 ? LARGE : 10),
    maxRecords: 3,
  });
  work.processor.accept(received(7, 8, 9));
  await work.idle;
  assert.deepEqual(codes(work.committed), ["forward", "too_large", "forward"]);
  assert.equal(work.commits.length, 2);
  // It is not the handler that failed, and nothing was waited for.
  assert.equal(work.handled, 3);
  assert.deepEqual(work.told, ["taken 3"]);
});

test("a dead letter that is too large is made smaller until it fits", async () => {
  const limits = { out: CONTRACT_BYTES, dlq: Infinity };
  const outcomeOf = () => forward(LARGE);
  const whole = working({ limits, outcomeOf });
  const one = received(9);
  const records = one.records.map((record) => ({
    ...record,
    value: Buffer.alloc(500, "x"),
  }));
  whole.processor.accept({ ...one, records });
  await whole.idle;
  const bytes = sizeOf(whole.commits.at(-1)?.[0] ?? assert.fail());
  const work = working({ limits: { ...limits, dlq: bytes - 1 }, outcomeOf });
  work.processor.accept({ ...one, records });
  await work.idle;
  const letter = work.commits.at(-1)?.[0];
  assert.ok(letter && sizeOf(letter) < bytes);
  assert.deepEqual(codes(work.committed), ["too_large"]);
});

test("where not even the least dead letter fits the processor waits, and writes a whole one when it may", async () => {
  const limits = { out: CONTRACT_BYTES, dlq: 100 };
  const waits = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  const work = working({ limits, outcomeOf: () => forward(LARGE) }, {
    retrying({ error }) {
      errors.push(error);
      if (errors.length < 2) return;
      limits.dlq = Infinity;
      waits.resolve();
    },
  });
  work.processor.accept(received(9));
  await waits.promise;
  await work.idle;
  assert.deepEqual(codes(work.committed), ["too_large"]);
  assert.equal(work.handled, 1);
  const letter = JSON.parse(`${work.commits.at(-1)?.[0]?.value}`);
  assert.ok(!("left_out" in letter.original));
});

test("a topic that refuses every record its contract has it take is at fault, and nothing is dead-lettered", async () => {
  const limits = { out: MIDDLE - 1 };
  const suspected = Promise.withResolvers<unknown>();
  const work = working({
    limits,
    outcomeOf: () => forward(MIDDLE),
    suspectTopicAfterKeys: 3,
    maxRecords: 1,
  }, {
    retrying({ error }) {
      limits.out = Infinity;
      suspected.resolve(error);
    },
  });
  work.processor.accept(received(6, 7, 8, 9));
  const error = await suspected.promise;
  assert.match(
    String(error),
    /^OutageSuspectedError: out refuses every record/,
  );
  await work.idle;
  assert.deepEqual(codes(work.committed), [
    "too_large",
    "too_large",
    "forward",
    "forward",
  ]);
});

test("records beyond the contract, and single ones amid others, are never the topic's fault", async () => {
  const work = working({
    limits: { out: MIDDLE - 1 },
    outcomeOf: (offset) =>
      forward(offset < 5 ? LARGE : offset % 2 === 0 ? MIDDLE : 10),
    suspectTopicAfterKeys: 2,
    maxRecords: 1,
  }, { retrying: ({ error }) => assert.fail(String(error)) });
  work.processor.accept(received(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  await work.idle;
  assert.deepEqual(codes(work.committed), [
    ...new Array(5).fill("too_large"),
    "forward",
    "too_large",
    "forward",
    "too_large",
    "forward",
  ]);
});

test("dead letters of too large records wait for the cap as others do", async () => {
  const taken: number[] = [];
  const work = working({
    limits: { out: CONTRACT_BYTES },
    outcomeOf: () => forward(LARGE),
    cap: { take: (count) => (taken.push(count), 0) },
  });
  work.processor.accept(received(8, 9));
  await work.idle;
  assert.deepEqual(taken, [2]);
});

test("the cap is charged once for a dead letter, however often it is made anew", async () => {
  const charged: number[] = [];
  const limits = { out: CONTRACT_BYTES, dlq: 10 };
  let tries = 0;
  const { processor: one, idle } = working({
    limits,
    outcomeOf: () => forward(LARGE),
    cap: {
      take(count) {
        charged.push(count);
        return 0;
      },
    },
  }, {
    retrying() {
      if (++tries === 3) limits.dlq = Infinity;
    },
  });
  one.accept(received(9));
  await idle;
  assert.equal(tries, 3);
  assert.deepEqual(charged, [1]);
});

test("what was found too large is not tried again where the group turns out to be past a part of the batch", async () => {
  const commits: number[] = [];
  const { processor: one, idle } = processor({
    output,
    handle: eachRecord(() => forward(LARGE)),
    commit({ output }) {
      commits.push(output.length);
      const failures = new Map<OutgoingRecord, Error>();
      for (const record of output) {
        const [{ topic }, bytes] = [record, sizeOf(record)];
        if (topic === "out") {
          failures.set(record, new TooLargeError({ topic, bytes }));
        }
      }
      if (failures.size > 0) {
        return Promise.reject(new UnwritableError(["out"], { failures }));
      }
      return Promise.resolve(
        commits.length === 2
          ? { kind: "superseded", position: 9 }
          : { kind: "committed" },
      );
    },
  });
  one.accept(received(8, 9));
  await idle;
  assert.deepEqual(commits, [2, 2, 1]);
});
