import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { Findings } from "./findings.ts";
import { InputRecord } from "./input_record.ts";
import { ReplayAudit } from "./replay_audit.ts";
import type { ReplayedTopic } from "./replay_entries.ts";

const JOB = "10000000-0000-4000-8000-000000000000";
const topics = { raw: "raw", validated: "validated" };

type Replayed = {
  /** Where what was sent again is: in the dead-letter topic if nothing else is said. */
  topic?: string;
  in: ReplayedTopic;
  offset: number;
  of: number;
  job?: string;
  for?: string;
  /** Offset in the raw topic of what it says it was made of. */
  source?: number;
  isOlder?: boolean;
};
type Sent = {
  topic?: string;
  of: [number, number][];
  to?: string;
  for?: string;
  number: number;
  must?: boolean;
};

/** What is found if these records are in topics, and these actions in the log. */
async function judged(
  replays: readonly Replayed[],
  sent: readonly Sent[],
  known = { actions: true, records: true },
) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-test-"));
  try {
    const findings = new Findings(100);
    const audit = new ReplayAudit({ topics, findings, folder });
    for (const one of replays) {
      const input = new InputRecord({
        topic: one.in,
        partition: 0,
        offset: one.offset,
        timestampMs: 0,
        key: null,
        value: Buffer.from("{}"),
        headers: [
          header(headers.replayOf, `${one.topic ?? "dlq"}/0/${one.of}`),
          ...one.job === undefined ? [] : [header(headers.replayJob, one.job)],
          ...one.for === undefined ? [] : [header(headers.replayFor, one.for)],
          ...one.source === undefined
            ? []
            : [header(headers.source, `raw/0/${one.source}`)],
        ],
      });
      audit.addRecord(one.in, input, {
        isOlder: () => one.isOlder ?? false,
        isOutside: ({ offset }) => offset < 100,
      });
    }
    for (
      const {
        topic = "dlq",
        of,
        to = "validated",
        for: its,
        number,
        must = true,
      } of sent
    ) {
      audit.addAction({
        action: {
          id: JOB,
          at: "2026-01-02T03:04:05Z",
          by: { subject: "desk", via: "desk" },
          what: { kind: "unmask", records: { topic: "dlq", offsets: [] } },
        },
        number,
        record: { topic: "desk", partition: 0, offset: number, timestampMs: 0 },
      }, {
        kind: "send",
        job: JOB,
        records: { topic, offsets: [{ partition: 0, ranges: of }] },
        topic: to,
        replay_for: its ?? null,
      }, () => must);
    }
    audit.judge(known, "desk");
    return {
      sentences: findings.named.map(({ sentence }) => sentence),
      outputs: findings.named.map(({ outputs }) => outputs),
      counts: audit.counts,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("each replay with its action is balanced, for one service, for all, and with what a service forwards of it", async () => {
  const { sentences, counts } = await judged([
    { in: "validated", offset: 7, of: 1, job: JOB, for: "p", source: 3 },
    { in: "validated", offset: 8, of: 2, job: JOB, for: "p", source: 4 },
    { in: "raw", offset: 101, of: 5, job: JOB },
    { in: "validated", offset: 9, of: 5, job: JOB, source: 101 },
    { in: "validated", offset: 10, of: 6, job: JOB, source: 42 },
  ], [
    { of: [[1, 2]], for: "p", number: 1 },
    { of: [[5, 5]], to: "raw", number: 2 },
    // Its record lies before what is read, and what was forwarded of it does not.
    { of: [[6, 6]], to: "raw", number: 3, must: false },
  ]);
  assert.deepEqual(sentences, []);
  assert.deepEqual([counts.named, counts.replayed], [3, 3]);
});

test("replays of webhooks that no mapping knew are accounted for by their pointers", async () => {
  const put = { in: "raw", topic: "unmapped", job: JOB } as const;
  const { sentences, counts } = await judged([
    { ...put, offset: 101, of: 1 },
    { ...put, offset: 102, of: 2 },
    {
      in: "validated",
      topic: "unmapped",
      offset: 7,
      of: 2,
      job: JOB,
      source: 102,
    },
    { ...put, offset: 103, of: 4 },
  ], [{ topic: "unmapped", of: [[1, 3]], to: "raw", number: 1 }]);
  assert.deepEqual(sentences, [
    `missing: unmapped/0/3, action 1 of job ${JOB} names it for raw, and no record there says so.`,
    `unexplained: raw/0/103, says that job ${JOB} has sent unmapped/0/4 again, and no action names it.`,
  ]);
  assert.deepEqual([counts.named, counts.replayed], [3, 3]);
});

test("a record that was sent twice by one job is doubled, by one action or by two", async () => {
  const once = { in: "validated", of: 1, job: JOB } as const;
  const by = await judged(
    [{ ...once, offset: 7 }, { ...once, offset: 9 }],
    [{ of: [[1, 1]], number: 4 }],
  );
  assert.deepEqual(by.sentences, [
    `doubled: dlq/0/1, action 4 of job ${JOB} has sent it, and it is validated/0/7 and validated/0/9.`,
  ]);
  assert.deepEqual(by.outputs, [["validated/0/7", "validated/0/9"]]);
  const two = await judged(
    [{ ...once, offset: 7 }, { ...once, offset: 9 }],
    [{ of: [[1, 1]], number: 4 }, { of: [[0, 1]], number: 5, must: false }],
  );
  assert.deepEqual(two.sentences, [
    `doubled: dlq/0/1, job ${JOB} says that it has sent it by action 4 and 5.`,
  ]);
  assert.deepEqual(two.outputs, [["desk/0/4", "desk/0/5"]]);
});

test("a replay that names a job which has not sent it, or not there, is unexplained", async () => {
  const { sentences } = await judged([
    { in: "raw", offset: 101, of: 1, job: JOB },
    { in: "validated", offset: 3, of: 1, job: JOB, source: 101 },
    { in: "raw", offset: 102, of: 2, job: JOB },
    { in: "validated", offset: 4, of: 2, job: JOB },
    { in: "raw", offset: 103, of: 3, job: JOB, isOlder: true },
  ], [{ of: [[2, 2]], number: 4 }]);
  assert.deepEqual(sentences, [
    `unexplained: raw/0/101, says that job ${JOB} has sent dlq/0/1 again, and no action names it.`,
    `unexplained: raw/0/102, says that job ${JOB} has sent dlq/0/2 again, which action 4 names for validated.`,
  ]);
});

test("an action without its record is missing, unless its record may lie outside of what was read", async () => {
  const sent = { of: [[1, 1]] as [number, number][], number: 4 };
  assert.deepEqual((await judged([], [sent])).sentences, [
    `missing: dlq/0/1, action 4 of job ${JOB} names it for validated, and no record there says so.`,
  ]);
  assert.deepEqual(
    (await judged([], [{ ...sent, must: false }])).sentences,
    [],
  );
  const unread = { actions: true, records: false };
  assert.deepEqual((await judged([], [sent], unread)).sentences, []);
  const elsewhere = await judged([], [{ ...sent, to: "gone" }]);
  assert.deepEqual(elsewhere.sentences, []);
  assert.equal(elsewhere.counts.elsewhere, 1);
});

test("a replay for another service than its action says is conflicting", async () => {
  const { sentences } = await judged(
    [{ in: "validated", offset: 7, of: 1, job: JOB, for: "analytics" }],
    [{ of: [[1, 1]], for: "persistence", number: 4 }],
  );
  assert.deepEqual(sentences, [
    "conflicting: validated/0/7, is for analytics, and action 4 says for persistence.",
  ]);
});

test("replays by hand are counted once, with what is forwarded of them, and named by where they are", async () => {
  const { sentences, counts } = await judged([
    { in: "raw", offset: 101, of: 1 },
    { in: "validated", offset: 3, of: 1, source: 101 },
    { in: "raw", offset: 102, of: 1, job: "not a job" },
    { in: "validated", offset: 4, of: 1, source: 50 },
    { in: "validated", offset: 5, of: 1 },
  ], []);
  assert.deepEqual(sentences, []);
  assert.equal(counts.byHand, 4);
  assert.equal(counts.replayed, 0);
  assert.equal(counts.byHandNamed.length, 3);
});
