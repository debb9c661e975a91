import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { entityKey, paymentKey } from "../history/entity_key.ts";
import type { Fact } from "../history/fact.ts";
import type { Entry } from "./lane.ts";
import { type Known, RememberedPast, type Told } from "./remembered_past.ts";
import { chunksOf, snapshotOf } from "./snapshot.ts";
import { Timeline } from "./timeline.ts";

const BOUNDS = { entities: 4, payments: 3 };
const DAY_MS = 86_400_000;

type Log = readonly Entry<Told>[];

/** What is answered to a record: all that it may see, as text. */
function judge({ fact }: Told, { view, cut, sinceMs }: Known): string {
  const of = (key: string | undefined) =>
    key === undefined || fact === undefined
      ? null
      : view.entity(key)?.recent(fact.atMs, "USD") ?? null;
  return JSON.stringify({
    cut,
    sinceMs,
    customer: of(fact?.customer),
    merchant: of(fact?.merchant),
    payment: view.payment(fact?.payment ?? "")?.facts ?? null,
  });
}

const newPast = () =>
  new RememberedPast<Told, string>({ judge, bounds: BOUNDS });

/** One process: what it has read, answered and remembers. */
class Instance {
  past = newPast();
  timeline = new Timeline<Told, string>(this.past);
  readonly #logs: readonly Log[];

  constructor(logs: readonly Log[], owned: readonly number[]) {
    this.#logs = logs;
    this.timeline.has(logs.keys());
    this.timeline.own(owned);
  }

  feed(partition: number, count: number): void {
    const from = this.timeline.lane(partition).fed;
    this.feedFrom(partition, from, from + count);
  }

  feedFrom(partition: number, from: number, to: number): void {
    const log = this.#logs[partition] ?? [];
    const entries = log.filter(({ offset }) => offset >= from && offset < to);
    const nextOffset = Math.min(to, endOf(log));
    this.timeline.feed(partition, { from, nextOffset, entries });
  }

  /** Asks for the ends when all is written. */
  askEnds(): void {
    for (const [partition, log] of this.#logs.entries()) {
      this.timeline.ended(partition, { offset: endOf(log), below: Infinity });
    }
  }

  /** As a process that begins with what the last one has left. */
  restart(owned: readonly number[]): void {
    const { past, timeline: { cut } } = this;
    const read = snapshotOf([
      ...chunksOf({
        cut,
        firstSlice: past.firstSlice,
        history: past.history,
      }),
    ]);
    assert.ok(read !== undefined);
    this.past = new RememberedPast({ judge, bounds: BOUNDS, ...read });
    this.timeline = new Timeline(this.past, read.cut);
    this.timeline.has(this.#logs.keys());
    this.timeline.own(owned);
  }

  answers(into: Map<string, string>): void {
    for (const [partition, log] of this.#logs.entries()) {
      for (const { offset } of log) {
        const answer = this.timeline.answer(partition, offset);
        if (answer === undefined) continue;
        const at = `${partition}/${offset}`;
        assert.equal(into.get(at) ?? answer, answer, at);
        into.set(at, answer);
      }
    }
  }
}

const endOf = (log: Log) => (log.at(-1)?.offset ?? -1) + 1;

/** The definition: what each record sees is worked out anew, from the logs. */
function expected(logs: readonly Log[]): Map<string, string> {
  const all = logs.flatMap((log, partition) => {
    let effectiveMs = -1;
    return log.map((entry) => {
      effectiveMs = Math.max(effectiveMs, entry.timestampMs);
      const slice = Math.floor(effectiveMs / 1000);
      return { ...entry, partition, slice, effectiveMs };
    });
  }).sort((one, other) =>
    one.slice - other.slice || one.partition - other.partition ||
    one.offset - other.offset
  );
  const answers = new Map<string, string>();
  for (const one of all) {
    const past = newPast();
    const slices = Map.groupBy(
      all.filter(({ slice }) => slice < one.slice),
      ({ slice }) => slice,
    );
    for (const records of slices.values()) {
      past.fold(records.map((record) => ({ record })));
    }
    const cut = Object.fromEntries(
      logs.keys().map((partition) => {
        const before = all.filter((other) =>
          other.partition === partition && other.slice < one.slice
        );
        const end = (before.at(-1)?.offset ?? -1) + 1;
        return [partition, partition === one.partition ? one.offset : end];
      }),
    );
    const own = all.filter((other) =>
      other.partition === one.partition && other.slice === one.slice &&
      other.offset <= one.offset
    );
    const given = own.map((record) =>
      past.judge(record, { partition: 0, cut })
    );
    answers.set(`${one.partition}/${one.offset}`, given.at(-1) ?? "");
  }
  return answers;
}

const anyFact: fc.Arbitrary<Told> = fc.record({
  customer: fc.nat(2),
  merchant: fc.nat(1),
  payment: fc.nat(4),
  id: fc.nat(6),
  version: fc.integer({ min: 1, max: 2 }),
  kind: fc.constantFrom(...["authorized", "declined", "disputed"] as const),
  atMs: fc.nat(3 * DAY_MS),
  minor: fc.integer({ min: 1, max: 10_000 }),
}).map(({ customer, merchant, payment, ...fact }): Told => ({
  fact: {
    ...fact,
    payment: paymentKey("s", String(payment)),
    currency: "USD",
    customer: entityKey("customer", "s", String(customer)),
    merchant: entityKey("merchant", "s", String(merchant)),
    instrument: undefined,
    order: undefined,
    part: 0,
    isFraud: true,
  } satisfies Fact,
}));

const anyContent = fc.oneof(
  { weight: 5, arbitrary: anyFact },
  { weight: 1, arbitrary: fc.constant<Told>({ fact: undefined }) },
);

/** A partition's log: offsets with holes, as control records leave them, and a clock that may go back. */
const anyLog: fc.Arbitrary<Log> = fc.array(
  fc.record({
    hole: fc.constantFrom(0, 0, 0, 1, 3),
    stepMs: fc.integer({ min: -400, max: 1500 }),
    content: anyContent,
  }),
  { maxLength: 12 },
).map((steps) => {
  let [offset, timestampMs] = [0, 10_000];
  return steps.map(({ hole, stepMs, content }) => {
    offset += hole;
    timestampMs += stepMs;
    return { offset: offset++, timestampMs, content };
  });
});

const PARTITIONS = 3;
const partition = fc.nat(PARTITIONS - 1);
const anyStep = fc.oneof(
  fc.record({ kind: fc.constant("feed"), partition, count: fc.nat(6) }),
  fc.record({
    kind: fc.constant("feed_again"),
    partition,
    from: fc.nat(15),
    count: fc.nat(10),
  }),
  fc.record({ kind: fc.constant("commit"), partition, to: fc.nat(15) }),
  fc.record({ kind: fc.constant("own"), owned: fc.subarray([0, 1, 2]) }),
  fc.record({ kind: fc.constant("restart"), owned: fc.subarray([0, 1, 2]) }),
  fc.record({
    kind: fc.constant("advance"),
    atMost: fc.integer({ min: 1, max: 5 }),
  }),
);

test("whatever is read, committed, lost, dealt out anew or begun again when, each record sees the same", () => {
  fc.assert(
    fc.property(
      fc.tuple(anyLog, anyLog, anyLog),
      fc.array(anyStep, { maxLength: 40 }),
      (logs, steps) => {
        const wanted = expected(logs);
        const answers = new Map<string, string>();
        const one = new Instance(logs, [0, 1, 2]);
        for (const step of steps) {
          if ("owned" in step && step.kind === "own") {
            one.timeline.own(step.owned);
          } else if ("owned" in step) one.restart(step.owned);
          else if ("atMost" in step) one.timeline.advance(step);
          else if ("to" in step) {
            one.timeline.committed(step.partition, step.to);
          } else if ("from" in step) {
            one.feedFrom(step.partition, step.from, step.from + step.count);
          } else one.feed(step.partition, step.count);
          one.answers(answers);
        }
        for (const [at, answer] of answers) {
          assert.equal(answer, wanted.get(at));
        }
        // From its beginning on, everything is answered.
        const whole = new Instance(logs, [0, 1, 2]);
        for (const [partition, log] of logs.entries()) {
          whole.feed(partition, endOf(log));
        }
        whole.askEnds();
        whole.timeline.advance();
        const all = new Map<string, string>();
        whole.answers(all);
        assert.deepEqual(
          [...all].sort(),
          [...wanted].sort(),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("who is furthest behind is never kept waiting, however little of each partition is read", () => {
  fc.assert(
    fc.property(
      fc.tuple(anyLog, anyLog, anyLog),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
      (logs, counts) => {
        const one = new Instance(logs, [0, 1, 2]);
        const answered = logs.map(() => 0);
        // Of each partition only so much is read on as was answered: as of a worker that finishes one batch at a time.
        for (let round = 0; round < 100; round++) {
          for (const [partition, log] of logs.entries()) {
            if (one.timeline.lane(partition).fed > (answered[partition] ?? 0)) {
              continue;
            }
            one.feed(partition, counts[partition] ?? 1);
            if (one.timeline.lane(partition).fed === endOf(log)) {
              one.timeline.ended(partition, {
                offset: endOf(log),
                below: Infinity,
              });
            }
          }
          one.timeline.advance();
          for (const [partition, log] of logs.entries()) {
            const { fed } = one.timeline.lane(partition);
            const open = log.find(({ offset }) =>
              offset < fed &&
              one.timeline.answer(partition, offset) === undefined
            );
            answered[partition] = open?.offset ?? fed;
          }
        }
        assert.deepEqual(answered, logs.map(endOf));
      },
    ),
    { numRuns: 200 },
  );
});

test("a partition is waited for until it is further, or was asked for its end", () => {
  const told = (offset: number, timestampMs: number): Entry<Told> => ({
    offset,
    timestampMs,
    content: { fact: undefined },
  });
  const one = new Instance([[told(0, 5_500)], [told(0, 3_000)]], [0, 1]);
  one.feed(0, 1);
  one.timeline.advance();
  assert.equal(one.timeline.answer(0, 0), undefined);
  assert.deepEqual(one.timeline.blocked, { slice: 5, partitions: [1] });
  one.feed(1, 1);
  one.timeline.advance();
  assert.ok(one.timeline.answer(1, 0) !== undefined);
  assert.equal(one.timeline.answer(0, 0), undefined);
  one.timeline.ended(1, { offset: 1, below: 4 });
  one.timeline.advance();
  assert.equal(one.timeline.answer(0, 0), undefined, "asked too early");
  one.timeline.ended(1, { offset: 1, below: 5 });
  one.timeline.advance();
  assert.ok(one.timeline.answer(0, 0) !== undefined);
  assert.equal(one.timeline.late, 0);
});

test("what comes when its slice is over counts all the same, and is told", () => {
  const content = { fact: undefined };
  const log = [{ offset: 0, timestampMs: 9_000, content }];
  const late = [{ offset: 0, timestampMs: 2_000, content }];
  const one = new Instance([log, late], [0, 1]);
  one.feed(0, 1);
  one.timeline.ended(1, { offset: 0, below: 9 });
  one.timeline.advance();
  one.feed(1, 1);
  one.timeline.advance();
  assert.ok(one.timeline.answer(1, 0) !== undefined);
  assert.equal(one.timeline.late, 1);
});

test("a snapshot without its last part, or without its first, is none", () => {
  const { past, timeline: { cut } } = new Instance([[]], [0]);
  const chunks = [
    ...chunksOf({
      cut: { ...cut, slice: 3 },
      firstSlice: 1,
      history: past.history,
    }),
  ];
  assert.ok(snapshotOf(chunks) !== undefined);
  assert.equal(snapshotOf([]), undefined);
});
