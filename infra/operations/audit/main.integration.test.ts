import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { topics as contracts } from "#contracts/topics.ts";
import { databaseSettings } from "#runtime/database_settings.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { runMain } from "#kit/run_main.ts";
import { Report } from "./report.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";

const run = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => runMain(new URL("main.ts", import.meta.url), args, env);

function environmentOf(pipeline: TestPipeline): Record<string, string> {
  const { topics, groups, database } = pipeline;
  const { user, password, host, port } = database;
  return {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    [contracts.raw.env]: topics.raw,
    [contracts.validated.env]: topics.validated,
    [contracts.enriched.env]: topics.enriched,
    [contracts.deadLetters.env]: topics.deadLetters,
    [contracts.unmapped.env]: topics.unmapped,
    [contracts.desk.env]: topics.desk,
    [contracts.rejected.env]: topics.rejected,
    [groupSettings.validatorGroup.env]: groups.validatorGroup,
    [groupSettings.analyticsGroup.env]: groups.analyticsGroup,
    [groupSettings.persistenceGroup.env]: groups.persistenceGroup,
    [databaseSettings.dbUrl.env]:
      `postgres://${user}:${password}@${host}:${port}/${database.database}`,
  };
}

test("the command ends with 0 where all is balanced, and with 1 and a name where not", async () => {
  await using pipeline = await TestPipeline.open();
  const env = environmentOf(pipeline);
  await pipeline.accept(eventJson("e-1"), eventJson("e-2"));
  await pipeline.runAll();
  const good = await run([], env);
  assert.deepEqual([good.code, good.stderr], [0, ""]);
  assert.match(
    good.stdout,
    /^raw 2 = validated 2 \+ dead letters 0 .*balanced$/m,
  );
  assert.match(good.stdout, /^Balanced, as far as was checked: /m);

  await pipeline.sql`delete from events where event_id = 'e-2'`;
  const bad = await run(["--since", "1h"], env);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /^missing: event "e-2", /m);
  assert.match(bad.stdout, /\nOut of balance: 1 missing\.\n$/);

  const json = await run(["--json"], env);
  assert.equal(json.code, 1);
  const report = Report.parse(JSON.parse(json.stdout));
  assert.deepEqual(report.findings.map(({ event_id }) => event_id), ["e-2"]);
});

test("a topic, a database or a broker that is not there is one sentence and 69", async () => {
  await using pipeline = await TestPipeline.open();
  const env = environmentOf(pipeline);
  const noTopic = await run([], { ...env, [contracts.raw.env]: "none" });
  assert.deepEqual([noTopic.code, noTopic.stdout], [69, ""]);
  assert.match(
    noTopic.stderr,
    /^Kafka at \S+ has no topic none: create what is missing with "deno task topics --apply"\.\n$/,
  );

  const noDatabase = await run([], {
    ...env,
    [databaseSettings.dbUrl.env]: "postgres://u:secret@127.0.0.1:1/nowhere",
  });
  assert.deepEqual([noDatabase.code, noDatabase.stdout], [69, ""]);
  assert.match(
    noDatabase.stderr,
    /^Cannot read the rows in database nowhere at 127\.0\.0\.1:1 \(.*\): .*\n$/,
  );
  assert.doesNotMatch(noDatabase.stderr, /secret/);

  const noBroker = await run([], {
    ...env,
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
  });
  assert.deepEqual([noBroker.code, noBroker.stdout], [69, ""]);
  assert.match(noBroker.stderr, /^Cannot reach Kafka at 127\.0\.0\.1:1: .*\n$/);
});

test("a list of accepted ids that cannot be read is one sentence and 78", async () => {
  await using pipeline = await TestPipeline.open();
  const args = ["--accepted", "/no/such/file"];
  const { code, stdout, stderr } = await run(args, environmentOf(pipeline));
  assert.deepEqual([code, stdout], [78, ""]);
  assert.match(stderr, /^Cannot read .* \/no\/such\/file: ENOENT.*\n$/);
});

for (
  const [args, sentence] of [
    [["--since", "yesterday"], /'yesterday' is invalid\. .*RFC 3339/],
    [["--until", "2026-01-31T12:00:00"], /is invalid\. .*RFC 3339/],
    [["--since", "1h", "--until", "2h"], /--since must be before --until/],
    [["--fast"], /unknown option '--fast'/],
  ] as const
) {
  test(`${args.join(" ")} is refused with one sentence and 78`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [78, ""]);
    assert.match(stderr, sentence);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  });
}
