import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { ReadBatch, ReceivedRecord } from "#kafka/port.ts";
import { PartitionError } from "#runtime/errors.ts";
import { printed } from "./print.ts";
import type { Proof } from "./prover.ts";
import { Report } from "./report.ts";
import { verify, type VerifyOptions } from "./verify.ts";

const stripe = { provider: "stripe", account: "eu" };
const proven: Proof = { kind: "proven", ...stripe, key: "2026" };
const failed: Proof = { kind: "failed", ...stripe, why: "of a test" };

function recordAt(offset: number): ReceivedRecord {
  return {
    topic: "raw",
    partition: 0,
    offset,
    timestampMs: offset,
    key: null,
    value: Buffer.from("{}"),
    headers: [],
  };
}

/** A log of one partition with a record a millisecond, of which the proofs are told. */
async function run(
  proofs: readonly Proof[],
  {
    unreadable,
    onRead = () => {},
    proofOf = (offset) => proofs[offset] ?? proven,
    ...options
  }: Partial<VerifyOptions> & {
    unreadable?: PartitionError;
    onRead?: (offset: number) => void;
    proofOf?: (offset: number) => Proof;
  } = {},
) {
  let offset = 0;
  const report = await verify({
    kafka: {
      async *read({ ranges }): AsyncIterable<ReadBatch> {
        for (const { partition, from, to } of ranges) {
          for (let next = from; next < to; next++) {
            onRead(next);
            yield await Promise.resolve({
              partition,
              records: [recordAt(next)],
              gaps: [],
              nextOffset: next + 1,
            });
          }
          if (unreadable !== undefined) {
            yield {
              partition,
              records: [],
              gaps: [],
              nextOffset: to,
              unreadable,
            };
          }
        }
      },
    },
    admin: {
      startOffsets: () => Promise.resolve(new Map([[0, 0]])),
      endOffsets: () => Promise.resolve(new Map([[0, proofs.length]])),
      offsetsAt: (_, timeMs) => Promise.resolve(new Map([[0, timeMs]])),
    },
    topic: "raw",
    sinceMs: 0,
    prover: { prove: () => Promise.resolve(proofOf(offset++)) },
    most: 20,
    ...options,
  });
  return { report, said: printed(Report.parse(report)) };
}

test("proven ones are counted by provider, account and key", async () => {
  const { report, said } = await run([
    proven,
    proven,
    { ...proven, key: "2025" },
    { kind: "unsigned", why: "handed in" },
    { kind: "unsigned", why: "masked" },
  ]);
  assert.equal(report.all_proven, true);
  assert.match(said, /^proven {2}stripe\/eu {2}key 2025 {2}1$/m);
  assert.match(said, /^proven {2}stripe\/eu {2}key 2026 {2}2$/m);
  assert.match(said, /^no stored signature: 1 handed in with a token/m);
  assert.match(said, /^no stored signature: 1 masked at the door/m);
  assert.match(said, /^All 3 stored signatures are proven\.$/m);
});

test("the first that fail are named, and the others counted", async () => {
  const { report, said } = await run(Array(23).fill(failed));
  assert.equal(report.all_proven, false);
  assert.equal(report.failures.length, 20);
  assert.match(said, /^failed: raw\/0\/19, stripe\/eu: of a test$/m);
  assert.match(said, /^and 3 more\.$/m);
  assert.match(said, /^Not proven: 23 failed\.$/m);
});

test("accounts that are not set up are a group of their own, and not proven", async () => {
  const { report, said } = await run([proven, {
    kind: "not set up",
    ...stripe,
  }]);
  assert.equal(report.failed, 0);
  assert.equal(report.all_proven, false);
  assert.match(said, /^not set up {2}stripe\/eu +1$/m);
  assert.match(said, /^Not proven: 1 are of accounts that are not set up: /m);
});

test("what cannot be read is not proven", async () => {
  const unreadable = new PartitionError("raw/0 is damaged at 1.");
  const { report, said } = await run([proven], { unreadable });
  assert.equal(report.all_proven, false);
  assert.match(said, /^raw\/0 is damaged at 1\.$/m);
});

test("records of the time alone are read", async () => {
  const read: number[] = [];
  await run(Array(9).fill(proven), {
    sinceMs: 3,
    untilMs: 6,
    onRead: (offset) => read.push(offset),
  });
  assert.deepEqual(read, [3, 4, 5]);
});

test("what is held does not grow with the records, whatever stands in them", async () => {
  let proved = 0;
  const { report } = await run(Array(5_000).fill(proven), {
    onRead: (offset) => assert.equal(proved, offset, "one at a time is read"),
    proofOf: (n) => {
      proved++;
      return n % 2 === 0
        ? { kind: "not set up", provider: `junk-${n}`, account: null }
        : failed;
    },
  });
  assert.equal(report.not_set_up.length, 1_001);
  assert.equal(report.failures.length, 20);
  assert.equal(
    report.not_set_up.reduce((all, { count }) => all + count, 0),
    2_500,
  );
});

test("names from the log cannot write to the terminal", async () => {
  const provider = "\u001b[2Jgone";
  const { said } = await run([{ ...failed, provider }]);
  assert.ok(!said.includes("\u001b"));
});
