import assert from "node:assert/strict";
import { test } from "node:test";
import { Findings } from "./findings.ts";
import { printed } from "./print.ts";
import type { Report, StageReport } from "./report.ts";

const none = { missing: 0, doubled: 0, conflicting: 0, unexplained: 0 };

const stageAudit: StageReport = {
  service: "validator-service",
  left: [{ name: "raw", count: 1_234 }],
  right: [
    { name: "validated", count: 1_200 },
    { name: "dead letters", count: 34 },
  ],
  replays: 0,
  in_flight: 0,
  found: none,
  state: "balanced",
  remark: null,
};

const report: Report = {
  taken_at: "2026-01-31T12:00:00.123Z",
  since: null,
  until: null,
  since_retention: false,
  sums: [stageAudit],
  desk: {
    ...stageAudit,
    service: "dead-letter-desk",
    left: [{ name: "sent", count: 12 }],
    right: [{ name: "replayed", count: 12 }],
    actions: { first: 1, last: 57, link: "0a1b" },
    by_hand: 0,
    remark: "events.desk.v1 has actions 1 to 57",
  },
  found: none,
  findings: [],
  unreadable: [],
  balanced: true,
  records_read: 2_468,
  records_of_history: 0,
  seconds: 1.25,
};

test("a balanced report is a line a sum and a verdict", () => {
  const intake: StageReport = {
    ...stageAudit,
    service: "intake",
    left: [],
    right: [{ name: "raw", count: 1_234 }],
    replays: 2,
    state: "not checked",
    remark: "how to check it",
  };
  assert.equal(
    printed({ ...report, sums: [intake, { ...stageAudit, in_flight: 5 }] }),
    [
      "Audit of 2026-01-31 12:00:00 UTC, from the first record to now: 2,468 records read in 1.3 s.",
      "",
      "raw 1,234                                      intake             not checked  replays 2",
      "raw 1,234 = validated 1,200 + dead letters 34  validator-service  balanced     in flight 5",
      "sent 12 = replayed 12                          dead-letter-desk   balanced",
      "intake: how to check it.",
      "dead-letter-desk: events.desk.v1 has actions 1 to 57.",
      "",
      "Balanced, as far as was checked: nothing is missing, doubled, conflicting or unexplained.",
    ].join("\n"),
  );
});

test("what was found is named, as many as there are names, and counted whole", () => {
  const findings = new Findings(1);
  const service = stageAudit.service;
  findings.add({ kind: "missing", service, eventId: "e", what: "is gone" });
  findings.add({ kind: "missing", service, eventId: "f", what: "is gone" }, 3);
  const { named, counts } = findings;
  const text = printed({
    ...report,
    since: "2026-01-01T00:00:00.000Z",
    since_retention: true,
    sums: [{
      ...stageAudit,
      found: findings.of(service),
      state: "out of balance",
    }],
    found: counts,
    findings: named,
    balanced: false,
  });
  assert.equal(
    text,
    [
      "Audit of 2026-01-31 12:00:00 UTC, from 2026-01-01 00:00:00 UTC (what is older is not kept whole) to now: 2,468 records read in 1.3 s.",
      "",
      "raw 1,234 = validated 1,200 + dead letters 34  validator-service  4 missing",
      "sent 12 = replayed 12                          dead-letter-desk   balanced",
      "dead-letter-desk: events.desk.v1 has actions 1 to 57.",
      "",
      'missing: event "e", is gone.',
      "and 3 more.",
      "",
      "Out of balance: 4 missing.",
    ].join("\n"),
  );
});

test("an id is named with at most 200 characters", () => {
  const findings = new Findings(1);
  findings.add({
    kind: "missing",
    service: "s",
    eventId: "x".repeat(1_000),
    what: "is gone",
  });
  assert.equal(findings.named[0]?.event_id, `${"x".repeat(200)}…`);
});

test("a partition that could not be read to its end is named, and proves nothing", () => {
  const one = "Cannot read from raw/1/5 on: the batch there is damaged.";
  const text = printed({ ...report, unreadable: [one], balanced: false });
  assert.ok(
    text.endsWith(
      `${one}\n\nNot proven: 1 partition cannot be read to its end. What was read is balanced.`,
    ),
    text,
  );
  const found = { ...none, missing: 2 };
  assert.match(
    printed({ ...report, unreadable: [one, one], found, balanced: false }),
    /\nOut of balance: 2 missing; and not proven, as 2 partitions cannot be read to their ends\.$/,
  );
});

test("how many records came from the history is said, if any did", () => {
  const [heading] = printed({ ...report, records_of_history: 1_234 })
    .split("\n");
  assert.match(
    heading ?? "",
    /: 2,468 records read, 1,234 of them from the history, in 1\.3 s\.$/,
  );
});
