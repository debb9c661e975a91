import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { PoisonError, TransientError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, eachRecord, type Handler, type Outcome } from "./handler.ts";
import { judge, type Judgement } from "./judge.ts";

const line = (offset: number, value = "", partition = 0, topic = "raw") =>
  JSON.stringify({
    topic,
    partition,
    offset,
    key_base64: null,
    value_base64: Buffer.from(value).toString("base64"),
    headers: [{ name: "h", value_base64: "AQ==" }],
  });

async function judged(handle: Handler, lines: readonly string[]) {
  const all: Judgement[] = [];
  const given = async function* () {
    yield* lines;
  };
  for await (const some of judge(handle, given())) all.push(...some);
  return all;
}

test("each record has a judgement, in the order of the lines", async () => {
  const outcomes: Outcome[] = [
    done,
    { kind: "done", as: "stored" },
    {
      kind: "forward",
      records: [{ topic: "out", key: null, value: null, headers: [] }],
    },
    {
      kind: "dead-letter",
      rejection: { code: "not_json", message: "No.", issues: [] },
    },
  ];
  const all = await judged(
    eachRecord(({ offset }) => outcomes[offset] ?? done),
    [line(0), line(1), "", line(2), line(3)],
  );
  const at = { topic: "raw", partition: 0 };
  assert.deepEqual(all, [
    { ...at, offset: 0, outcome: "done" },
    { ...at, offset: 1, outcome: "done", as: "stored" },
    { ...at, offset: 2, outcome: "forward", topics: ["out"] },
    {
      ...at,
      offset: 3,
      outcome: "dead-letter",
      code: "not_json",
      message: "No.",
      issues: [],
    },
  ]);
});

test("a handler sees the bytes, and records of one partition in order at a time", async () => {
  const batches: ReceivedRecord[][] = [];
  const lines = [
    ...Array.from({ length: 1_500 }, (_, n) => line(n, `{"n":${n}}`)),
    line(0, "", 1),
    line(1, "", 1),
    line(1, "", 1, "other"),
    line(0, "", 1, "other"),
  ];
  await judged((records) => {
    batches.push([...records]);
    return Promise.resolve(records.map(() => done));
  }, lines);
  assert.deepEqual(batches.map(({ length }) => length), [1000, 500, 2, 1, 1]);
  assert.equal(batches[1]?.[1]?.value?.toString(), '{"n":1001}');
  assert.deepEqual(batches[0]?.[0]?.headers, [
    { name: "h", value: Buffer.from([1]) },
  ]);
});

test("a poison record is told from its neighbours, and a bug that hits all is told of all", async () => {
  const poison = new PoisonError({
    code: "not_storable",
    message: "Too long.",
    issues: [],
  });
  const some = await judged((records) => {
    if (records.some(({ offset }) => offset === 2)) throw poison;
    return Promise.resolve(records.map(() => done));
  }, [0, 1, 2, 3].map((n) => line(n)));
  assert.deepEqual(
    some.map(({ outcome }) => outcome),
    ["done", "done", "dead-letter", "done"],
  );
  const all = await judged(() => {
    throw new TypeError("x is undefined");
  }, Array.from({ length: 20 }, (_, n) => line(n)));
  assert.equal(all.length, 20);
  assert.ok(all.every((one) => one.outcome === "dead-letter"));
});

test("what is away ends it with a sentence, and so does a line that is no record", async () => {
  const away: Handler = () => Promise.reject(new TransientError("No answer"));
  await assert.rejects(
    judged(away, [line(0)]),
    (error) =>
      error instanceof StartError && error.exitCode === 69 &&
      /^Nothing more can be judged: No answer/.test(error.message),
  );
  for (
    const [bad, why] of [
      ["{", /^Line 2 is no record to be judged: it is not JSON/],
      ["{}", /^Line 2 is no record to be judged: topic: /],
      [line(-1), /^Line 2 is no record to be judged: offset: /],
    ] as const
  ) {
    await assert.rejects(
      judged(eachRecord(() => done), [line(0), bad]),
      (error) =>
        error instanceof StartError && error.exitCode === 78 &&
        why.test(error.message),
    );
  }
});
