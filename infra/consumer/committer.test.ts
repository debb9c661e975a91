import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { setImmediate } from "node:timers";
import fc from "fast-check";
import { TransientError } from "#runtime/errors.ts";
import {
  type BatchMark,
  FencedError,
  type KafkaAdmin,
  type KafkaClient,
  NotOwnerError,
  type OutgoingRecord,
  type ReceivedRecord,
  type ReceivedRecords,
} from "#kafka/port.ts";
import { Contiguity } from "./contiguity.ts";
import { eachRecord } from "./handler.ts";
import { PartitionProcessor } from "./partition_processor.ts";
import { PartitionProcessors } from "./partition_processors.ts";
import { OutageRule } from "./outage_rule.ts";
import { Committer } from "./committer.ts";
import { TooLargeRule } from "./too_large_rule.ts";

/** One turn of the event loop, in which other things may happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * What goes wrong with one call: nothing, before it took effect, after it did, another took over, or the
 * coordinator answers without having read its log.
 */
type Fault = "none" | "before" | "after" | "fenced" | "forgets";

const IN_PARTITION = { topic: "in", partition: 0 };

/** One partition of a broker, as far as exactly-once depends on it. */
class ModelBroker {
  position: number | undefined;
  note = "";
  /** What the log is: its batches, and where it begins and ends. */
  log: { start: number; end: number; marks: readonly BatchMark[] } = {
    start: 0,
    end: 1_000,
    marks: [],
  };
  readonly written: string[] = [];
  /** Transactions that a sender lasts for. */
  lasts = 3;
  /** Transactions that were begun with a sender that was spent. */
  begunSpent = 0;
  #epoch = 0;
  #inUse = false;
  #faults: Fault[];

  constructor(faults: readonly Fault[]) {
    this.#faults = [...faults];
  }

  /** What goes wrong from now on, call by call. */
  fail(...faults: readonly Fault[]): void {
    this.#faults = [...faults];
  }

  #fault(): Fault {
    return this.#faults.shift() ?? "none";
  }

  /** Makes `effect` happen or not, as the next fault has it. */
  #attempt(effect: () => void): void {
    const fault = this.#fault();
    if (fault === "before") throw new TransientError("no answer, not done");
    effect();
    if (fault === "after") throw new TransientError("no answer, but done");
  }

  readonly client: Pick<KafkaClient, "openTransactional" | "endLast"> = {
    endLast: () => Promise.resolve(),
    openTransactional: (_id, _scope, options) =>
      turn().then(() => {
        this.#attempt(() => {
          this.#epoch++;
          this.#inUse ||= options?.inUse ?? false;
        });
        const epoch = this.#epoch;
        let left = this.lasts;
        return {
          isInUse: this.#inUse,
          get isSpent() {
            return left === 0;
          },
          close: () => Promise.resolve(),
          write: () => Promise.reject(new Error("has no position")),
          transact: (
            records: readonly OutgoingRecord[],
            _group: string,
            { nextOffset, note = "" }: { nextOffset: number; note?: string },
          ) =>
            turn().then(() => {
              if (left-- === 0) this.begunSpent++;
              if (this.#faults[0] === "fenced") this.#epoch++;
              if (epoch !== this.#epoch) {
                this.#faults.shift();
                throw new FencedError("epoch is over");
              }
              this.#attempt(() => {
                this.written.push(...records.map(({ value }) => `${value}`));
                this.position = nextOffset;
                this.note = note;
              });
            }),
        };
      }),
  };

  readonly admin: Pick<KafkaAdmin, "position" | "logAround"> = {
    logAround: (_topic, _partition, offset) =>
      turn().then(() => {
        const { start, end, marks } = this.log;
        const before = marks.find(({ baseOffset, lastOffset }) =>
          baseOffset < offset && offset <= lastOffset + 1
        );
        return { start, end, before };
      }),
    position: () =>
      turn().then(() => {
        if (this.#faults[0] === "forgets") {
          this.#faults.shift();
          return undefined;
        }
        this.#attempt(() => {});
        return this.position === undefined
          ? undefined
          : { nextOffset: this.position, note: this.note };
      }),
  };

  commitOffset(nextOffset: number, note = ""): Promise<void> {
    return turn().then(() =>
      this.#attempt(() => {
        this.position = nextOffset;
        this.note = note;
      })
    );
  }
}

const record = (offset: number): ReceivedRecord => ({
  ...IN_PARTITION,
  offset,
  timestampMs: 0,
  key: null,
  value: Buffer.from(String(offset)),
  headers: [],
});

function committerOver(
  { client, admin }: ModelBroker,
  tell: (sentence: string) => void = () => {},
): Committer {
  return new Committer({
    tell,
    kafka: client,
    admin,
    groupId: "group",
    ...IN_PARTITION,
    outputTopics: ["out"],
  });
}

/** A processor over the model; records whose offset is a multiple of `silentEvery` have no output. */
function processorsOver(
  broker: ModelBroker,
  silentEvery: number,
  batch: number,
) {
  return new PartitionProcessors((partition, after) =>
    new PartitionProcessor({
      handle: eachRecord((one) =>
        one.offset % silentEvery === 0
          ? { kind: "done" }
          : { kind: "forward", records: [{ ...one, topic: "out" }] }
      ),
      output: (_record, outcome) =>
        outcome.kind === "forward" ? outcome.records : [],
      committer: committerOver(broker),
      contiguity: new Contiguity({
        topic: "in",
        partition,
        isCompacted: false,
      }),
      outage: new OutageRule(0),
      cap: { take: () => 0 },
      tooLarge: new TooLargeRule(),
      limits: {
        batch: { maxRecords: batch, maxBytes: 1_000 },
        maxWaitingBytes: 50,
        retryBaseMs: 0,
        retryMaxMs: 0,
      },
      events: {
        taken() {},
        attempting() {},
        committed() {},
        superseded() {},
        retrying() {},
        capped() {},
        ended() {},
        lost() {},
        stopped: (error) => assert.fail(String(error)),
        failed: (error) => assert.fail(String(error)),
      },
    }, after)
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

const faults = fc.array(
  fc.constantFrom<Fault>(
    "none",
    "none",
    "before",
    "after",
    "fenced",
    "forgets",
  ),
  { maxLength: 40 },
);

test("whatever calls fail, and however stale a rejoin reads, each record follows exactly once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      faults,
      // Steps between offsets: more than 1 if control records lie between.
      fc.array(fc.integer({ min: 1, max: 2 }), {
        minLength: 10,
        maxLength: 40,
      }),
      fc.array(fc.record({ after: fc.nat(6), stale: fc.nat(9) }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 2, max: 5 }),
      async (faults, steps, rejoins, batch, silentEvery) => {
        let next = 0;
        const log = steps.map((step) => record((next += step) - 1));
        const end = (log.at(-1)?.offset ?? 0) + 1;
        const broker = new ModelBroker(faults);
        const marks = log.map(({ offset }, n) => ({
          baseOffset: (log[n - 1]?.offset ?? -1) + 1,
          lastOffset: offset,
          crc: offset,
          leaderEpoch: Math.floor(offset / 10),
        }));
        broker.log = { start: 0, end, marks };
        const processors = processorsOver(broker, silentEvery, batch);
        // Reads from where the group seems to be, as a new member does.
        const stay = async (stale: number, until_: () => boolean) => {
          let over = false;
          const from = Math.max(0, (broker.position ?? 0) - stale);
          const received: ReceivedRecords = {
            partition: 0,
            records: log.filter(({ offset }) => offset >= from),
            fetchedOffset: from,
            nextOffset: end,
            marks,
            commitOffset: (nextOffset, note) =>
              over
                ? Promise.reject(new NotOwnerError("over"))
                : broker.commitOffset(nextOffset, note),
            flow: { pause() {}, resume() {} },
          };
          processors.received(received);
          await until(until_);
          over = true;
          processors.revoked();
        };
        for (const { after, stale } of rejoins) {
          const goal = broker.written.length + after;
          await stay(
            stale,
            () => broker.written.length >= goal || broker.position === end,
          );
        }
        await stay(0, () => broker.position === end);
        await processors.close();
        assert.equal(broker.begunSpent, 0);
        assert.deepEqual(
          broker.written,
          log.filter(({ offset }) => offset % silentEvery !== 0)
            .map(({ offset }) => String(offset)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("a member that lost the partition writes nothing, even if it can open the transactional id", async () => {
  const broker = new ModelBroker([]);
  const committer = committerOver(broker);
  await assert.rejects(
    committer.commit({
      output: [{ ...record(0), topic: "out" }],
      startOffset: 0,
      nextOffset: 1,
      commitOffset: () => Promise.reject(new NotOwnerError("over")),
    }),
    NotOwnerError,
  );
  assert.deepEqual(broker.written, []);
  assert.equal(broker.position, undefined);
});

test("records that were passed over stop the partition, and nothing is committed past them", async () => {
  const broker = new ModelBroker([]);
  broker.position = 3;
  const committer = committerOver(broker);
  await assert.rejects(
    committer.commit({
      output: [],
      startOffset: 5,
      nextOffset: 6,
      commitOffset: (nextOffset) => broker.commitOffset(nextOffset),
    }),
    { name: "PartitionError", reason: "records_missing" },
  );
  assert.equal(broker.position, 3);
});

test("a coordinator that has lost sight of the group is asked again, and nothing is committed twice", async () => {
  const broker = new ModelBroker([]);
  const batch = (nextOffset: number) => ({
    output: [{ ...record(0), topic: "out" }],
    startOffset: 0,
    nextOffset,
    commitOffset: (offset: number) => broker.commitOffset(offset),
  });
  const first = committerOver(broker);
  assert.deepEqual(await first.commit(batch(1)), { kind: "committed" });
  await first.close();

  broker.fail("none", "forgets");
  const second = committerOver(broker);
  await assert.rejects(second.commit(batch(1)), TransientError);
  assert.equal(broker.position, 1);
  assert.deepEqual(await second.commit(batch(1)), {
    kind: "superseded",
    position: 1,
  });
  assert.deepEqual(broker.written, ["0"]);
});

test("a sender that is spent is not written with, and the id is opened anew without a failure", async () => {
  const broker = new ModelBroker([]);
  const committer = committerOver(broker);
  for (let offset = 0; offset < 3 * broker.lasts; offset++) {
    const result = await committer.commit({
      output: [{ ...record(offset), topic: "out" }],
      startOffset: offset,
      nextOffset: offset + 1,
      commitOffset: (nextOffset) => broker.commitOffset(nextOffset),
    });
    assert.deepEqual(result, { kind: "committed" });
  }
  assert.equal(broker.begunSpent, 0);
  assert.equal(broker.written.length, 3 * broker.lasts);
});

/** A batch without output, in a batch of its own. */
const batchOf = (
  broker: ModelBroker,
  [startOffset, nextOffset]: [number, number],
  leaderEpoch = 1,
) => {
  const mark = {
    baseOffset: startOffset,
    lastOffset: nextOffset - 1,
    crc: startOffset,
    leaderEpoch,
  };
  return {
    output: [],
    startOffset,
    nextOffset,
    firstMark: mark,
    lastMark: mark,
    commitOffset: (offset: number, note?: string) =>
      broker.commitOffset(offset, note),
  };
};

test("each batch must begin where the last one ended, and a plain commit moves the group neither back nor past anything", async () => {
  const broker = new ModelBroker([]);
  const committer = committerOver(broker);
  await committer.commit(batchOf(broker, [0, 3]));
  assert.deepEqual(await committer.commit(batchOf(broker, [1, 2])), {
    kind: "superseded",
    position: 3,
  });
  await assert.rejects(committer.commit(batchOf(broker, [4, 5])), {
    name: "PartitionError",
    reason: "records_missing",
    message: /^Records 3 to 3 of partition 0 of in were passed over: /,
  });
  assert.equal(broker.position, 3);
});

test("what a new leader has is committed only where its log goes on where the group is", async () => {
  const broker = new ModelBroker([]);
  const committer = committerOver(broker);
  const read = batchOf(broker, [0, 3]);
  await committer.commit(read);
  const other = { ...read.lastMark, crc: 77 };
  broker.log = { start: 0, end: 9, marks: [other] };
  await assert.rejects(committer.commit(batchOf(broker, [3, 5], 2)), {
    name: "PartitionError",
    reason: "position_impossible",
    message:
      /^The position 3 of group in partition 0 of in follows other records /,
  });
  assert.equal(broker.position, 3);
  broker.log = { start: 0, end: 9, marks: [read.lastMark] };
  const committed = await committer.commit(batchOf(broker, [3, 5], 2));
  assert.deepEqual(committed, { kind: "committed" });
});

test("where nothing but the position was fetched, the log is looked at, and no commit is made", async () => {
  const broker = new ModelBroker([]);
  const committer = committerOver(broker);
  await committer.commit(batchOf(broker, [0, 3]));
  broker.log = { start: 0, end: 1, marks: [] };
  broker.commitOffset = () => assert.fail("committed");
  await assert.rejects(
    committer.commit({ ...batchOf(broker, [3, 3]), firstMark: undefined }),
    /The position 3 .* is past the log's end 1/,
  );
});

test("a refusal that the log cannot show later is kept with the position, until somebody decides", async () => {
  const broker = new ModelBroker([]);
  broker.position = 7;
  broker.log = { start: 0, end: 5, marks: [] };
  const empty = batchOf(broker, [7, 7]);
  await assert.rejects(
    committerOver(broker).commit(empty),
    /past the log's end 5/,
  );
  broker.log = { start: 0, end: 20, marks: [] };
  for (let restart = 0; restart < 2; restart++) {
    const committer = committerOver(broker);
    await assert.rejects(committer.verify(), /past the log's end 5.*seen at/);
    await assert.rejects(
      committer.commit(batchOf(broker, [7, 9])),
      /past the log's end 5.*seen at/,
    );
  }
  assert.equal(broker.position, 7);
  broker.note = "";
  await committerOver(broker).verify();
});

test("a group without a position begins where it is read from, and that is told", async () => {
  const broker = new ModelBroker([]);
  const told: string[] = [];
  const committer = committerOver(broker, (sentence) => told.push(sentence));
  await committer.commit(batchOf(broker, [4, 6]));
  assert.equal(told.length, 1);
  assert.match(
    `${told}`,
    /^Kafka has no position of group in partition 0 of in: it begins at offset 4/,
  );
});
