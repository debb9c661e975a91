import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { DeskAction, What } from "#contracts/desk_action.ts";
import { headers } from "#contracts/headers.ts";
import { chained, emptyChain } from "#runtime/action_chain.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { nowhere } from "#kit/kafka/test_cluster.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { some } from "#kit/audit/test_reports.ts";

const JOB = "10000000-0000-4000-8000-000000000000";

/** A desk whose steps a test takes: actions with the records that they send, each in a transaction. */
function openDesk({ cluster, topics }: TestPipeline) {
  let end = emptyChain;
  return {
    async do(what: What, records: readonly OutgoingRecord[] = []) {
      const action: DeskAction = {
        id: randomUUID(),
        at: new Date().toISOString(),
        by: { subject: "operator", via: "cli" },
        what,
      };
      const next = chained(action, end);
      end = next.end;
      const { kafka } = cluster;
      const sender = await kafka.openTransactional(randomUUID(), nowhere);
      await sender.write([...records, {
        topic: topics.desk,
        key: null,
        value: Buffer.from(next.value),
        headers: [],
      }]);
      await sender.close();
    },
  };
}

function replayOf(
  { topics }: TestPipeline,
  topic: string,
  { of, eventId, job = JOB }: { of: number; eventId: string; job?: string },
): OutgoingRecord {
  return {
    topic,
    key: Buffer.from(`payment-${of}`),
    value: Buffer.from(eventJson(eventId)),
    headers: [
      header(headers.replayOf, `${topics.deadLetters}/0/${of}`),
      header(headers.replayJob, job),
    ],
  };
}

function sending(
  { topics }: TestPipeline,
  topic: string,
  of: number,
): What {
  return {
    kind: "send",
    job: JOB,
    records: {
      topic: topics.deadLetters,
      offsets: [{ partition: 0, ranges: [[of, of]] }],
    },
    topic,
    replay_for: null,
  };
}

const stop: What = { kind: "control", job: JOB, to: "stop", reason: null };

test("replays that the desk has sent are balanced, into whichever topic, with what is forwarded of them", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, validated } = pipeline.topics;
  const desk = openDesk(pipeline);
  await pipeline.accept(...some(3));
  await desk.do(
    sending(pipeline, raw, 0),
    [replayOf(pipeline, raw, { of: 0, eventId: "r-0" })],
  );
  await desk.do(
    sending(pipeline, validated, 1),
    [replayOf(pipeline, validated, { of: 1, eventId: "r-1" })],
  );
  await pipeline.runAll();
  const { desk: its, balanced, findings } = await pipeline.audit();
  assert.deepEqual(findings, []);
  assert.ok(balanced);
  assert.deepEqual(
    [its.left, its.right, its.state, its.by_hand],
    [
      [{ name: "sent", count: 2 }],
      [{ name: "replayed", count: 2 }],
      "balanced",
      0,
    ],
  );
  assert.deepEqual([its.actions?.first, its.actions?.last], [1, 2]);

  const later = await pipeline.audit({ sinceMs: Date.now() + 60_000 });
  assert.deepEqual(later.findings, []);
});

test("an action without its record, a replay without its action, and an action that was put in are named", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, desk: log, deadLetters } = pipeline.topics;
  const desk = openDesk(pipeline);
  await desk.do(sending(pipeline, raw, 0));
  await pipeline.put(raw, [replayOf(pipeline, raw, { of: 7, eventId: "r" })]);
  const { value } = chained({
    id: randomUUID(),
    at: new Date().toISOString(),
    by: { subject: "somebody", via: "api" },
    what: stop,
  }, emptyChain);
  await pipeline.put(log, [{ value }]);
  await desk.do(stop);
  await pipeline.runAll();
  const report = await pipeline.audit();
  const [replayed] = await pipeline.cluster.readAll(raw);
  const [, forged] = await pipeline.cluster.readAll(log);
  const expected = [
    `missing: ${deadLetters}/0/0, action 1 of job ${JOB} names it for ${raw}, and no record there says so.`,
    `unexplained: ${log}/0/${forged?.offset}, is not the action 1 that action 2 was written after.`,
    `unexplained: ${raw}/${replayed?.partition}/${replayed?.offset}, says that job ${JOB} has sent ${deadLetters}/0/7 again, and no action names it.`,
  ];
  assert.deepEqual(
    report.findings.map(({ sentence }) => sentence).sort(),
    expected.sort(),
  );
  assert.equal(report.desk.state, "out of balance");
  assert.equal(report.balanced, false);
});

test("a cluster without the topic of actions is audited, and told that it has none", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw } = pipeline.topics;
  await pipeline.accept(...some(3));
  await pipeline.put(raw, [replayOf(pipeline, raw, { of: 7, eventId: "r" })]);
  await pipeline.runAll();
  const topics = { ...pipeline.topics, desk: "none" };
  const { desk, balanced, findings } = await pipeline.audit({ topics });
  assert.deepEqual([findings, balanced, desk.state], [[], true, "not checked"]);
  assert.match(desk.remark ?? "", /^there is no topic none, /);
});

test("what was replayed by hand is counted and named, and does not unbalance", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw } = pipeline.topics;
  await pipeline.put(raw, [
    replayOf(pipeline, raw, { of: 7, eventId: "r", job: "by hand" }),
  ]);
  await pipeline.runAll();
  const { desk, balanced } = await pipeline.audit();
  const [record] = await pipeline.cluster.readAll(raw);
  assert.deepEqual([balanced, desk.by_hand], [true, 1]);
  assert.match(
    desk.remark ?? "",
    new RegExp(
      `1 record was replayed by hand, by no job of the desk: ${raw}/${record?.partition}/0$`,
    ),
  );
});
