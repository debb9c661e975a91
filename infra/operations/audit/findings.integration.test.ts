import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import { withSource } from "#kafka/source_header.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, recordOf, some, sumsOf } from "#kit/audit/test_reports.ts";

test("a deleted row is missing", async () => {
  await using pipeline = await TestPipeline.open();
  await pipeline.accept(...some(10));
  await pipeline.runAll();
  await pipeline.sql`delete from events where event_id = 'e-6'`;
  const validated = await recordOf(pipeline, pipeline.topics.validated, "e-6");
  const report = await pipeline.audit();
  assert.deepEqual(brief(report), [{
    kind: "missing",
    event_id: "e-6",
    record: formatCoordinates(validated),
    outputs: [],
  }]);
  assert.equal(
    report.findings[0]?.sentence,
    `missing: event "e-6", ${
      formatCoordinates(validated)
    }, has no row and has no dead letter of persistence-writer.`,
  );
  assert.equal(report.balanced, false);
});

test("a validated record written again by hand, headers and all, is doubled", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, validated } = pipeline.topics;
  await pipeline.accept(...some(10));
  await pipeline.run("validator");
  const original = await recordOf(pipeline, validated, "e-2");
  await pipeline.put(validated, [original]);
  await pipeline.run("persistence");
  const copies = (await pipeline.cluster.readAll(validated))
    .filter(({ value }) => `${value}` === `${original.value}`);
  assert.deepEqual(brief(await pipeline.audit()), [{
    kind: "doubled",
    event_id: "e-2",
    record: formatCoordinates(await recordOf(pipeline, raw, "e-2")),
    outputs: copies.map(formatCoordinates),
  }]);
});

test("a validated record with another body than its raw record is conflicting", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, validated } = pipeline.topics;
  await pipeline.accept(eventJson("e-0"));
  const record = await recordOf(pipeline, raw, "e-0");
  const swapped = Buffer.from(eventJson("e-0", "49.91"));
  await pipeline.finish("validator", { ...record, offset: 1 }, [
    withSource({ ...record, topic: validated, value: swapped }, record),
  ]);
  await pipeline.run("persistence");
  const forwarded = await recordOf(pipeline, validated, "e-0");
  assert.deepEqual(brief(await pipeline.audit()), [{
    kind: "conflicting",
    event_id: "e-0",
    record: formatCoordinates(record),
    outputs: [formatCoordinates(forwarded)],
  }]);
});

test("a row that was changed is conflicting, whatever of it was", async () => {
  await using pipeline = await TestPipeline.open();
  const { sql } = pipeline;
  await pipeline.accept(...some(7), eventJson("large", "900719925474099.31"));
  await pipeline.runAll();
  assert.deepEqual(brief(await pipeline.audit()), []);
  await sql`update events set payload = jsonb_set(payload, '{order_id}', '"x"') where event_id = 'e-0'`;
  await sql`update events set amount = 49.91 where event_id = 'e-1'`;
  await sql`update events set event_timestamp = event_timestamp + interval '1 microsecond' where event_id = 'e-2'`;
  await sql`update events set currency = 'EUR', source = 'other' where event_id = 'e-3'`;
  await sql`update events set payment_id = 'x' where event_id = 'e-4'`;
  await sql`update events set amount = 900719925474099.25 where event_id = 'large'`;
  const sentences = (await pipeline.audit()).findings.map((one) => [
    one.kind,
    one.event_id,
    /differs from its row in (.*)\.$/.exec(one.sentence)?.[1],
  ]).sort();
  assert.deepEqual(sentences, [
    ["conflicting", "e-0", "payload"],
    ["conflicting", "e-1", "amount"],
    ["conflicting", "e-2", "timestamp"],
    ["conflicting", "e-3", "source, currency"],
    ["conflicting", "e-4", "payment_id"],
    ["conflicting", "large", "amount"],
  ]);
});

test("a row under another event_id conflicts with the record it names, and that record's own row is missing", async () => {
  await using pipeline = await TestPipeline.open();
  await pipeline.accept(...some(3));
  await pipeline.runAll();
  await pipeline
    .sql`update events set event_id = 'other' where event_id = 'e-1'`;
  const record = formatCoordinates(
    await recordOf(pipeline, pipeline.topics.validated, "e-1"),
  );
  assert.deepEqual(brief(await pipeline.audit()), [
    { kind: "conflicting", event_id: "e-1", record, outputs: ["a row"] },
    { kind: "missing", event_id: "e-1", record, outputs: [] },
  ]);
});

test("a dead letter that holds another body than its record is conflicting", async () => {
  await using pipeline = await TestPipeline.open();
  await pipeline.accept("not json");
  const [record] = await pipeline.cluster.readAll(pipeline.topics.raw);
  assert.ok(record);
  const letter = pipeline.deadLetterOf("validator", {
    ...record,
    value: Buffer.from("not JSON"),
  });
  await pipeline.finish("validator", { ...record, offset: 1 }, [letter]);
  assert.deepEqual(brief(await pipeline.audit()), [{
    kind: "conflicting",
    event_id: null,
    record: formatCoordinates(record),
    outputs: [`${pipeline.topics.deadLetters}/0/0`],
  }]);
});

test("a dead letter that names the body by its hash is compared by it", async () => {
  await using pipeline = await TestPipeline.open();
  const [body, other] = ["x".repeat(1_000), "y".repeat(1_000)];
  await pipeline.accept(body, other);
  const records = await pipeline.cluster.readAll(pipeline.topics.raw);
  const byOffset = records.toSorted((a, b) => a.offset - b.offset);
  for (const record of byOffset) {
    // Of the second, the hash is that of another body.
    const value = Buffer.from(body);
    const letter = pipeline.deadLetterOf("validator", { ...record, value }, {
      maxBytes: 900,
    });
    assert.match(`${letter.value}`, /"left_out":\{"value":/);
    await pipeline.finish(
      "validator",
      { ...record, offset: record.offset + 1 },
      [letter],
    );
  }
  const wrong = records.find(({ value }) => `${value}` === other);
  assert.ok(wrong);
  const found = brief(await pipeline.audit());
  assert.deepEqual(
    found.map(({ kind, record }) => [kind, record]),
    [["conflicting", formatCoordinates(wrong)]],
  );
});

test("an accepted id that is not in raw is missing, as often as it is", async () => {
  await using pipeline = await TestPipeline.open();
  const folder = await mkdtemp(join(tmpdir(), "eventflow-test-"));
  try {
    await pipeline.accept(...some(10), eventJson("e-1"));
    await pipeline.put(pipeline.topics.raw, [{
      value: eventJson("replayed"),
      headers: [header(headers.replayOf, "dlq/0/0")],
    }]);
    await pipeline.runAll();
    const accepted = join(folder, "accepted.txt");
    const ids = [
      "e-0",
      "e-1",
      "e-1",
      "e-2",
      "e-2",
      "lost",
      "é\u{1f600}",
      "replayed",
    ];
    await writeFile(accepted, ids.join("\r\n") + "\n\n");
    const report = await pipeline.audit({ accepted });
    assert.deepEqual(
      report.findings.map(({ sentence }) => sentence).sort(),
      ["e-2", "lost", "replayed", "é\u{1f600}"].map((id) =>
        `missing: event "${id}", was accepted and is not in ${pipeline.topics.raw}.`
      ),
    );
    assert.equal(
      sumsOf(report)[0],
      "accepted 8 + not known to be 7 = raw 11",
    );
    assert.equal(report.sums[0]?.replays, 1);

    await writeFile(accepted, "e-0\ne-1");
    const { sums } = await pipeline.audit({ accepted });
    assert.equal(sums[0]?.state, "balanced");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what names no source, or one that is not there, is unexplained", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, validated, deadLetters } = pipeline.topics;
  await pipeline.accept(...some(3));
  await pipeline.run("validator");
  const source = (coordinates: string) => [header(headers.source, coordinates)];
  await pipeline.put(validated, [
    { key: "k", value: eventJson("no-source") },
    { key: "k", value: eventJson("beyond"), headers: source(`${raw}/0/99`) },
    { key: "k", value: eventJson("elsewhere"), headers: source("other/0/0") },
    { key: "k", value: eventJson("garbled"), headers: source(`${raw}/0/x`) },
  ]);
  await pipeline.run("persistence");
  const [record] = await pipeline.cluster.readAll(raw);
  assert.ok(record);
  const ofNothing = pipeline.deadLetterOf("validator", {
    ...record,
    offset: 99,
  });
  await pipeline.put(deadLetters, [ofNothing, { value: "no letter" }]);
  await pipeline.sql`
    insert into events (event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency, source_topic, source_partition, source_offset)
    values ('by-hand', 't', 's', now(), '{}', 'p', 1, 'EUR', ${validated}, 0, 99),
      ('by-hand-2', 't', 's', now(), '{}', 'p', 1, 'EUR', 'other', 0, 0)`;
  const report = await pipeline.audit();
  assert.deepEqual(
    report.findings.map(({ kind, event_id, service }) =>
      [kind, event_id, service].join(" ")
    ).sort(),
    [
      "unexplained  validator-service",
      "unexplained beyond validator-service",
      "unexplained by-hand persistence-writer",
      "unexplained by-hand-2 persistence-writer",
      "unexplained e-0 validator-service",
      "unexplained elsewhere validator-service",
      "unexplained garbled validator-service",
      "unexplained no-source validator-service",
    ],
  );
});
