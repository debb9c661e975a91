import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { digestOf } from "./digest.ts";
import type { Output } from "./output.ts";
import type { StageReport } from "./report.ts";
import {
  anyOrder,
  bodyOf,
  brief,
  type Event,
  eventsWith,
  inputOf,
  shuffled,
  stageOf,
  sumUp,
} from "#kit/audit/stage_audits.ts";

test("of records and dead letters exactly what was deleted, doubled, changed or made up is found", async () => {
  const stage = stageOf("record");
  const fate = fc.record({
    isLetter: fc.boolean(),
    wrong: fc.constantFrom(
      "nothing",
      "nothing",
      "nothing",
      "gone",
      "twice",
      "changed",
      "made up",
    ),
  });
  await fc.assert(
    fc.asyncProperty(eventsWith(fate), anyOrder, async (events, order) => {
      let next = 0;
      const expected: string[] = [];
      const outputs = events.flatMap((event): Output[] => {
        const { isLetter, wrong } = event.fate;
        const coordinates = `raw/${event.partition}/${event.offset}`;
        const output = (source: Event, body = bodyOf(event)): Output => ({
          kind: isLetter ? "dead letter" : "record",
          source,
          partition: 0,
          offset: next++,
          digest: digestOf(body),
          replay: undefined,
        });
        switch (wrong) {
          case "gone":
            expected.push(`missing ${event.id} ${coordinates} 0`);
            return [];
          case "twice":
            expected.push(`doubled ${event.id} ${coordinates} 2`);
            return [output(event), output(event)];
          case "changed":
            expected.push(`conflicting ${event.id} ${coordinates} 1`);
            return [output(event, "{}")];
          case "made up":
            expected.push("unexplained looked up  1");
            return [
              output(event),
              output({ ...event, offset: event.offset - 1 }),
            ];
          default:
            return [output(event)];
        }
      });
      const { stageAudit, findings } = await sumUp({
        stage,
        inputs: events.map((event) => inputOf(event, "raw")),
        outputs: shuffled(outputs, order),
      });
      assert.deepEqual(brief(findings), expected.sort());
      assert.equal(
        stageAudit.state,
        expected.length === 0 ? "balanced" : "out of balance",
      );
      const total = (terms: StageReport["left"]) =>
        terms.reduce((n, { count }) => n + count, 0);
      assert.equal(
        total(stageAudit.right) - total(stageAudit.left),
        stageAudit.found.doubled - stageAudit.found.missing,
      );
    }),
  );
});

test("of a stage that writes nothing only dead letters are checked, and two of one record are one too many", async () => {
  const stage = stageOf("nothing");
  const events = [0, 1, 2].map((offset) => ({
    partition: 0,
    offset,
    id: `e-${offset}`,
  }));
  const letter = (source: number, offset: number): Output => ({
    kind: "dead letter",
    source: { partition: 0, offset: source },
    partition: 0,
    offset,
    digest: undefined,
    replay: undefined,
  });
  const { stageAudit, findings } = await sumUp({
    stage,
    inputs: events.map((event) => inputOf(event, "validated")),
    outputs: [letter(1, 0), letter(2, 1), letter(2, 2)],
  });
  assert.deepEqual(stageAudit.right, [], "nothing is held against itself");
  assert.equal(stageAudit.state, "out of balance");
  assert.deepEqual(
    findings.map(({ sentence }) => sentence),
    ['doubled: event "e-2", validated/0/2, became dead letter deadLetters/0/1 and dead letter deadLetters/0/2.'],
  );
});

test("a stage that writes nothing is never called balanced", async () => {
  const { stageAudit } = await sumUp({
    stage: stageOf("nothing"),
    inputs: [inputOf({ partition: 0, offset: 0, id: "e-0" }, "validated")],
    outputs: [],
  });
  assert.equal(stageAudit.state, "not checked");
  assert.match(
    stageAudit.remark ?? "",
    /whether it has counted each record is not/,
  );
});

test("what is made of a replayed record is its output; a replay of that output is not, though it kept the source", async () => {
  const event = { partition: 0, offset: 4, id: "e" };
  const output = (offset: number, replayOf?: string): Output => ({
    kind: "record",
    source: event,
    partition: 0,
    offset,
    digest: digestOf(bodyOf(event)),
    replay: replayOf === undefined ? undefined : digestOf(replayOf),
  });
  const replayed = inputOf(event, "raw", [header(headers.replayOf, "dlq/0/1")]);
  const outputs = [output(0, "dlq/0/1"), output(1, "dlq/0/2")];
  const { stageAudit, findings } = await sumUp({
    stage: stageOf("record"),
    inputs: [replayed],
    outputs,
  });
  assert.deepEqual(findings, []);
  assert.equal(stageAudit.replays, 1);

  const twice = await sumUp({
    stage: stageOf("record"),
    inputs: [inputOf(event, "raw")],
    outputs: [output(0), ...outputs, output(2)],
  });
  assert.deepEqual(brief(twice.findings), ["doubled e raw/0/4 2"]);
});

test("a header that names no place is no word of a replay", async () => {
  const event = { partition: 0, offset: 4, id: "e" };
  const { stageAudit } = await sumUp({
    stage: stageOf("nothing"),
    inputs: [inputOf(event, "validated", [header(headers.replayOf, "yes")])],
    outputs: [],
  });
  assert.equal(stageAudit.replays, 0);
});

test("what a replay means for another stage has nothing come of it, and is counted", async () => {
  const stage = stageOf("record");
  const addressed = (offset: number, service: string) =>
    inputOf({ partition: 0, offset, id: `e-${offset}` }, "raw", [
      header(headers.replayOf, "dlq/0/1"),
      header(headers.replayFor, service),
    ]);
  const output = (offset: number): Output => ({
    kind: "record",
    source: { partition: 0, offset },
    partition: 0,
    offset,
    digest: digestOf(bodyOf({ partition: 0, offset, id: `e-${offset}` })),
    replay: digestOf("dlq/0/1"),
  });
  const inputs = [
    addressed(0, stage.service),
    addressed(1, "another"),
    addressed(2, "another"),
  ];
  const good = await sumUp({ stage, inputs, outputs: [output(0)] });
  assert.deepEqual(good.findings, []);
  assert.deepEqual(good.stageAudit.right, [
    { name: "validated", count: 1 },
    { name: "dead letters", count: 0 },
    { name: "passed over", count: 2 },
  ]);
  const bad = await sumUp({ stage, inputs, outputs: [output(0), output(1)] });
  assert.deepEqual(brief(bad.findings), ["conflicting e-1 raw/0/1 1"]);
});
