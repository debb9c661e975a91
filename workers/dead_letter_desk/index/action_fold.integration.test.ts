import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { DeskAction, What } from "#contracts/desk_action.ts";
import { services } from "#contracts/services.ts";
import { chained, type ChainEnd, emptyChain } from "#runtime/action_chain.ts";
import { deadLetterOf } from "#consumer/dead_letter.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord, RecordHeader } from "#kafka/port.ts";
import { type DeskIndex, deskIndex } from "#kit/desk_index.ts";
import { paymentJson } from "#kit/payment.ts";
import { Random } from "#kit/random.ts";
import {
  countOf,
  positionsHash,
  type Range,
  rangesOf,
  recordsOf,
} from "../actions/offsets.ts";
import { FoldedActions } from "./action_fold.ts";
import { letterRow } from "./letter_row.ts";
import { storeLetters } from "./letter_store.ts";
import { settleRecords } from "./settle.ts";

const DLQ = "dlq";
const DESK = "desk";

/** A letter, of the validator if nothing else is said. */
function letter(
  offset: number,
  { payment, origin, replay = [], service = services.validator }: {
    payment: string;
    origin: number;
    service?: string;
    replay?: readonly RecordHeader[];
  },
): ReceivedRecord {
  const given = deadLetterOf({
    topic: "raw",
    partition: 0,
    offset: 1_000 + offset,
    timestampMs: 0,
    key: Buffer.from(payment),
    value: Buffer.from(paymentJson({
      eventId: `e-${origin}`,
      paymentId: payment,
      amount: origin % 3 === 0 ? "-1" : "1.10",
      currency: origin % 2 === 0 ? "EUR" : "eur",
    })),
    headers: [header("eventflow-origin", `raw/0/${origin}`), ...replay],
  }, {
    topic: DLQ,
    service,
    rejection: {
      code: "contract_violation",
      message: `no, for reason ${origin % 3}`,
      issues: [{
        path: ["a", "b", "c"][origin % 3] ?? "",
        message: "is wrong",
      }],
    },
    attempts: 1,
    at: new Date(Date.UTC(2026, 0, 2, offset % 5)),
  });
  return { ...given, topic: DLQ, partition: 0, offset, timestampMs: 0 };
}

/** What is done to an index, and remembered to be done to another. */
class History {
  readonly letters: ReceivedRecord[] = [];
  readonly values: string[] = [];
  readonly #index: DeskIndex;
  readonly #folded: FoldedActions;
  #chain: ChainEnd = emptyChain;

  constructor(index: DeskIndex) {
    this.#index = index;
    this.#folded = new FoldedActions(index.database, {
      desk: DESK,
      deadLetters: DLQ,
      unmapped: "unmapped",
    });
  }

  async takeIn(records: readonly ReceivedRecord[]): Promise<void> {
    this.letters.push(...records);
    await storeIn(this.#index, records);
  }

  async do(...whats: readonly What[]): Promise<void> {
    const from = await this.#folded.end();
    const actions = whats.map((what, n) => {
      const number = this.#chain.number + 1;
      const action: DeskAction = {
        id: `00000000-0000-4000-8000-${`${number}`.padStart(12, "0")}`,
        at: new Date(Date.UTC(2026, 0, 3, 0, 0, number)).toISOString(),
        by: { subject: `person-${n}`, via: "api" },
        what,
      };
      const { value, end } = chained(action, this.#chain);
      this.#chain = end;
      this.values.push(value);
      return { number, action };
    });
    const end = {
      ...this.#chain,
      nextOffset: from.nextOffset + whats.length + 1,
    };
    await this.#folded.fold({ actions, end }, from);
  }

  /** The same in an empty index: first all letters, then all actions, as a desk does that finds its index empty. */
  async again(index: DeskIndex): Promise<void> {
    for (let n = 0; n < this.letters.length; n += 7) {
      await storeIn(index, this.letters.slice(n, n + 7));
    }
    const folded = new FoldedActions(index.database, {
      desk: DESK,
      deadLetters: DLQ,
      unmapped: "unmapped",
    });
    const from = await folded.end();
    const actions = this.values.map((value) => JSON.parse(value)).map((
      { chain, action },
    ) => ({ number: chain.number, action }));
    const end = { ...this.#chain, nextOffset: 1_000_000 };
    await folded.fold({ actions, end }, from);
  }
}

async function storeIn(
  { database }: DeskIndex,
  records: readonly ReceivedRecord[],
): Promise<void> {
  const last = records.at(-1);
  if (last === undefined) return;
  const rows = records.flatMap((record) => letterRow(record) ?? []);
  await database.use((sql) =>
    storeLetters(sql, rows, {
      topic: DLQ,
      partition: 0,
      nextOffset: last.offset + 1,
    })
  );
}

/** How a job begins: its records, and its plan. */
function planned(job: string, ranges: readonly Range[]): What[] {
  const positions = positionsHash(DLQ, ranges);
  return [
    { kind: "select", job, records: recordsOf(DLQ, ranges) },
    {
      kind: "plan",
      job,
      of: "letters",
      filter: { state: "open" },
      replay_for: null,
      count: countOf(ranges),
      amounts: [],
      positions_sha256: positions,
      plan_sha256: positions,
      options: { rate: null, stop_above: 1, out_of_order: false },
      needs_approval: false,
      reason: null,
    },
  ];
}

const jobId = (n: number) =>
  `10000000-0000-4000-8000-${`${n}`.padStart(12, "0")}`;

/** Lets chance do what operators, jobs and services do, for a while. */
async function live(index: DeskIndex, seed: number): Promise<History> {
  const chance = new Random(seed);
  const random = () => chance.next();
  const upTo = (count: number) => chance.integer(0, count - 1);
  const history = new History(index);
  const { database } = index;
  let offset = 0;
  let jobs = 0;
  const some = async (state: string): Promise<Range[]> => {
    const rows = await database.use((sql) =>
      sql<{ partition: number; offset: string }[]>`
        select partition, "offset" from letters where state::text = ${state} order by 1, 2`
    );
    return rangesOf(
      rows.filter(() => random() < 0.5).map((row) => ({
        partition: row.partition,
        offset: Number(row.offset),
      })),
    );
  };
  const arrive = async () => {
    const records = Array.from(
      { length: 1 + upTo(12) },
      () => letter(offset, { payment: `p-${upTo(9)}`, origin: offset++ }),
    );
    await history.takeIn(records);
  };
  const decide = async () => {
    const kind = (["discard", "restore", "quarantine"] as const)[upTo(3)];
    const ranges = await some(kind === "restore" ? "discarded" : "open");
    if (kind === undefined || ranges.length === 0) return;
    await history.do({
      kind,
      records: recordsOf(DLQ, ranges),
      reason: "chance",
    });
  };
  const say = async () => {
    const [cause] = await database.use((sql) =>
      sql<{ id: string }[]>`select id from causes order by id desc limit 1`
    );
    if (cause === undefined) return;
    await history.do(
      { kind: "acknowledge", cause: cause.id, reason: null },
      { kind: "note", cause: cause.id, text: `note ${offset}` },
      {
        kind: "unmask",
        records: recordsOf(DLQ, [{ partition: 0, first: 0, last: 0 }]),
      },
    );
  };
  const replay = async () => {
    const ranges = await some("open");
    if (ranges.length === 0) return;
    const job = jobId(++jobs);
    await history.do(...planned(job, ranges), {
      kind: "edit",
      job,
      edit: { patch: [{ op: "replace", path: "/a", value: 1 }] },
      reason: null,
    });
    await history.do({
      kind: "dry_run",
      job,
      would_pass: 1,
      would_fail: 0,
      reasons: [],
      version: "1",
    });
    await history.do({ kind: "control", job, to: "run", reason: null });
    const due = await database.use((sql) =>
      sql<{ offset: string; origin: string; payment: string }[]>`
        select r."offset", l.origin_offset as origin, l.payment_id as payment
        from job_records r join letters l using (partition, "offset")
        where r.job = ${job} order by r.place`
    );
    for (let from = 0; from < due.length; from += 4) {
      const step = due.slice(from, from + 4);
      const records = recordsOf(
        DLQ,
        rangesOf(
          step.map((one) => ({ partition: 0, offset: Number(one.offset) })),
        ),
      );
      if (random() < 0.2) {
        await history.do({ kind: "pass_over", job, records });
        continue;
      }
      await history.do({
        kind: "send",
        job,
        records,
        topic: "raw",
        replay_for: null,
      });
      // What fails again comes back, is indexed, and what is known of the job by then is settled at once.
      await history.takeIn(
        step.filter(() => random() < 0.4).map((one) =>
          letter(offset++, {
            payment: one.payment,
            origin: Number(one.origin),
            replay: [
              header("eventflow-replay-of", `${DLQ}/0/${one.offset}`),
              header("eventflow-replay-job", job),
              header("eventflow-replay-nth", "1"),
            ],
          })
        ),
      );
      if (random() < 0.7) {
        await database.use((sql) =>
          sql.begin((sql) => settleRecords(sql, job))
        );
      }
    }
    await history.do({
      kind: "finish",
      job,
      outcomes: { passed: 0, dead_again: 0, passed_over: 0, waiting: 0 },
    });
  };
  const stop = async () => {
    const ranges = await some("open");
    if (ranges.length === 0) return;
    const job = jobId(++jobs);
    await history.do(...planned(job, ranges));
    await history.do(
      { kind: "approve", job, plan_sha256: positionsHash(DLQ, ranges) },
      { kind: "control", job, to: "run", reason: null },
      { kind: "control", job, to: "pause", reason: "wait" },
      { kind: "control", job, to: "stop", reason: null },
    );
  };
  await arrive();
  const deeds = [arrive, arrive, decide, decide, say, replay, replay, stop];
  for (let n = 0; n < 40; n++) await deeds[upTo(deeds.length)]?.();
  return history;
}

for (const seed of [1, 2, 3]) {
  test(`an index that is made again from its topics is the same, row for row, after whatever was done (seed ${seed})`, async () => {
    await using index = await deskIndex();
    await using another = await deskIndex();
    const history = await live(index, seed);
    await history.again(another);
    const [was, is] = [await index.contents(), await another.contents()];
    for (const [table, rows] of Object.entries(was)) {
      assert.deepEqual(is[table], rows, table);
    }
    for (
      const table of ["letters", "causes", "counters", "jobs", "job_records"]
    ) {
      assert.ok(
        (was[table]?.length ?? 0) > 0,
        `there is something in ${table}`,
      );
    }
  });

  test(`counters are what there is to count, after whatever was done (seed ${seed})`, async () => {
    await using index = await deskIndex();
    await live(index, seed);
    const { database } = index;
    const counted = await database.use((sql) =>
      sql`select cause, state::text as state, sum(letters) as letters, sum(amount) as amount
        from counters group by 1, 2 having sum(letters) <> 0 order by 1, 2`
    );
    const scanned = await database.use((sql) =>
      sql`select cause, state::text as state, count(*) as letters, coalesce(sum(amount), 0) as amount
        from letters group by 1, 2 order by 1, 2`
    );
    assert.deepEqual(counted.map(withNumbers), scanned.map(withNumbers));
    const jobs = await database.use((sql) =>
      sql`select id, sent, passed, dead_again, passed_over from jobs order by id`
    );
    const records = await database.use((sql) =>
      sql`select id, count(r.*) filter (where r.state = 'sent') as sent,
          count(r.*) filter (where r.state = 'passed') as passed,
          count(r.*) filter (where r.state = 'dead_again') as dead_again,
          count(r.*) filter (where r.state = 'passed_over') as passed_over
        from jobs left join job_records r on r.job = id group by id order by id`
    );
    assert.deepEqual(jobs.map(withNumbers), records.map(withNumbers));
  });
}

/** Numbers as numbers: sums are printed with as many digits as they were summed with. */
function withNumbers(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "string" && /^\d+(\.\d+)?$/.test(value)
        ? Number(value)
        : value,
    ]),
  );
}

test("what comes back from the service that had failed is dead again, and what comes back from a later one has passed there", async () => {
  await using index = await deskIndex();
  const history = new History(index);
  await history.takeIn([
    letter(0, { payment: "a", origin: 0 }),
    letter(1, { payment: "b", origin: 1 }),
    letter(2, { payment: "c", origin: 2 }),
  ]);
  const job = jobId(1);
  const ranges = [{ partition: 0, first: 0, last: 2 }];
  const records = recordsOf(DLQ, ranges);
  await history.do(...planned(job, ranges), {
    kind: "send",
    job,
    records,
    topic: "raw",
    replay_for: null,
  });
  const replay = (of: number, by = job) => [
    header("eventflow-replay-of", `${DLQ}/0/${of}`),
    header("eventflow-replay-job", by),
    header("eventflow-replay-nth", "1"),
  ];
  const { persistence: service } = services;
  await history.takeIn([
    letter(3, { payment: "a", origin: 0, replay: replay(0) }),
    letter(4, { payment: "b", origin: 1, replay: replay(1), service }),
    letter(5, { payment: "c", origin: 2, replay: replay(2, jobId(2)) }),
  ]);
  await index.database.use((sql) =>
    sql.begin((sql) => settleRecords(sql, job))
  );
  const states = await index.database.use((sql) =>
    sql<{ state: string }[]>`
      select state::text from letters order by "offset" limit 3`
  );
  assert.deepEqual(
    states.map(({ state }) => state),
    ["dead_again", "passed", "passed"],
  );
  const [counts] = await index.database.use((sql) =>
    sql`select sent::int, passed::int, dead_again::int from jobs`
  );
  assert.deepEqual({ ...counts }, { sent: 0, passed: 2, dead_again: 1 });
});

test("letters of one payment take each other's places, so that they go by their origins", async () => {
  await using index = await deskIndex();
  const history = new History(index);
  await history.takeIn([
    letter(0, { payment: "a", origin: 5 }),
    letter(1, { payment: "b", origin: 1 }),
    letter(2, { payment: "a", origin: 3 }),
    letter(3, { payment: "b", origin: 2 }),
    letter(4, { payment: "a", origin: 4 }),
    letter(5, { payment: "b", origin: 0 }),
  ]);
  const job = jobId(1);
  await history.do(...planned(job, [{ partition: 0, first: 0, last: 5 }]));
  const rows = await index.database.use((sql) =>
    sql<{ payment: string; origin: string }[]>`
      select l.payment_id as payment, l.origin_offset as origin
      from job_records r join letters l using (partition, "offset")
      where r.job = ${job} order by r.place`
  );
  assert.deepEqual(
    rows.map(({ payment, origin }) => `${payment}${origin}`),
    ["a3", "b0", "a4", "b1", "a5", "b2"],
  );
});

test("what another desk of the same index has taken in is not taken in again", async () => {
  await using index = await deskIndex();
  const history = new History(index);
  const folded = new FoldedActions(index.database, {
    desk: DESK,
    deadLetters: DLQ,
    unmapped: "unmapped",
  });
  const from = await folded.end();
  await history.do({ kind: "note", cause: "a".repeat(64), text: "first" });
  await assert.rejects(
    folded.fold({ actions: [], end: { ...from, nextOffset: 9 } }, from),
    /Another desk keeps this index too/,
  );
});
