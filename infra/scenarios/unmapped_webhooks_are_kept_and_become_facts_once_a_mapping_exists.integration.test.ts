import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { headerText } from "#kafka/headers.ts";
import { assertBalanced } from "#kit/audit.ts";
import { contentsOf } from "#kit/desk_index.ts";
import { unsaidHeaders } from "#kit/headers_said.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { runMain } from "#kit/run_main.ts";
import { startMapping, type Thing } from "#kit/scenario_mapping.ts";
import { until } from "#kit/until.ts";

const SECRET = "whsec_of_the_scenario";

/** Of each kind of webhook so many. */
const EACH = 12;

/** A webhook as Stripe signs it. */
async function send(
  intake: string,
  id: string,
  things: readonly Thing[],
): Promise<void> {
  const created = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    id: `evt_${id}`,
    type: "scenario.things",
    created,
    data: { object: { payment_intent: `pi_${id}`, things } },
  });
  const signature = createHmac("sha256", SECRET).update(`${created}.${body}`)
    .digest("hex");
  const response = await fetch(`${intake}/api/webhooks/stripe`, {
    method: "POST",
    body,
    headers: {
      "Content-Type": "application/json",
      "Stripe-Signature": `t=${created},v1=${signature}`,
    },
  });
  assert.equal(response.status, 202, await response.text());
}

test("unmapped webhooks are kept, and become facts once a mapping exists, each thing of them once", () =>
  withProcesses(async (processes) => {
    const file = join(processes.folder, "providers.json");
    await writeFile(
      file,
      JSON.stringify({ accounts: [{ provider: "stripe", secrets: [SECRET] }] }),
    );
    await using pipeline = await openPipeline(processes, {
      env: { ...patientIntake, EVENTFLOW_PROVIDERS_FILE: file },
    });
    const { cluster, topics, sql } = pipeline;
    await pipeline.start(
      "intake",
      "validator",
      "persistence",
      "dead_letter_desk",
    );
    const dlq = async (code: number, ...args: string[]) => {
      const main = new URL(
        "../../workers/dead_letter_desk/cli/main.ts",
        import.meta.url,
      );
      const ended = await runMain(main, [...args, "--json"], {
        EVENTFLOW_DESK_URL: pipeline.url("dead_letter_desk"),
        EVENTFLOW_DESK_TOKEN: PUBLIC_DESK_TOKEN,
      });
      assert.equal(ended.code, code, `${args.join(" ")}: ${ended.stderr}`);
      return JSON.parse(ended.stdout);
    };
    const states = async () =>
      Object.fromEntries(
        (await dlq(0, "unmapped", "--provider", "stripe")).map((
          kind: Record<string, unknown>,
        ) => [
          kind.type,
          [kind.open, kind.mapped, kind.unmapped_again, kind.dead],
        ]),
      );

    // The first mapping knows one of the types.
    await processes.stop("validator");
    await startMapping(processes, pipeline, 1);
    const intake = pipeline.url("intake");
    const amount = 4990;
    for (let n = 0; n < EACH; n++) {
      await send(intake, `sole_${n}`, [
        { id: `s${n}`, amount, type: "scenario.settled" },
      ]);
      await send(intake, `several_${n}`, [
        { id: `a${n}`, amount, type: "scenario.paid" },
        { id: `b${n}`, amount, type: "scenario.settled" },
        { id: `c${n}`, amount, type: "scenario.settled" },
      ]);
    }
    await send(intake, "broken", [
      { id: "broken", type: "scenario.without_amount" },
    ]);
    await send(intake, "later", [
      { id: "later", amount, type: "scenario.of_no_version" },
    ]);
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), EACH);
    assert.deepEqual(await deadLetters(pipeline), []);
    const before = {
      "scenario.settled": [3 * EACH, 0, 0, 0],
      "scenario.without_amount": [1, 0, 0, 0],
      "scenario.of_no_version": [1, 0, 0, 0],
    };
    await until(
      "the desk knew all that is unmapped",
      async () => (await states())["scenario.settled"]?.[0] === 3 * EACH,
    );
    assert.deepEqual(await states(), before);

    // Today's mappings are asked by the dry run, and know none of it.
    const raw = (await cluster.readAll(topics.raw)).length;
    const forecast = await dlq(0, "dry-run", "--unmapped", "stripe");
    assert.deepEqual(
      [forecast.selected, forecast.would_pass, forecast.would_stay_unmapped],
      [3 * EACH + 2, 0, 3 * EACH + 2],
    );
    assert.equal((await cluster.readAll(topics.raw)).length, raw);

    // The second one knows another.
    await processes.stop("validator");
    await startMapping(processes, pipeline, 2);
    const mapped = await dlq(
      0,
      "replay",
      "--unmapped",
      "stripe/scenario.settled",
      "--yes",
    );
    assert.deepEqual(
      [mapped.of, mapped.outcomes.passed, mapped.selected],
      ["unmapped", 3 * EACH, 3 * EACH],
    );
    const rest = await dlq(
      1,
      "replay",
      "--unmapped",
      "stripe",
      "--stop-above",
      "1",
      "--yes",
    );
    assert.deepEqual(rest.outcomes, {
      passed: 0,
      dead_again: 1,
      unmapped_again: 1,
      passed_over: 0,
      waiting: 0,
    });
    await untilFinished(pipeline);

    const after = {
      "scenario.of_no_version": [1, 0, 1, 0],
      "scenario.settled": [0, 3 * EACH, 0, 0],
      "scenario.without_amount": [0, 0, 0, 1],
    };
    assert.deepEqual(await states(), after);
    const [letter] = await deadLetters(pipeline);
    assert.equal(letter?.issues[0]?.path, "amount");
    assert.equal(await rowsStored(pipeline), 4 * EACH);
    // No thing was made twice, not those either that stood beside what was sent again.
    const facts = await cluster.readAll(topics.validated);
    const ids = facts.map(({ value }) => JSON.parse(String(value)).event_id);
    assert.deepEqual([ids.length, new Set(ids).size], [4 * EACH, 4 * EACH]);
    const versions = Map.groupBy(
      facts,
      ({ headers: all }) => headerText(all, headers.mappingVersion),
    );
    assert.deepEqual(
      [...versions].map(([version, its]) => [version, its.length]).sort(),
      [["1001", EACH], ["1002", 3 * EACH]],
    );
    assert.deepEqual(await unsaidHeaders(pipeline), []);
    await assertBalanced(pipeline, []);

    const journey = await dlq(0, "payment", "pi_several_0");
    const told = (kind: string): string[] =>
      journey.flatMap((step: { kind: string; what: string }) =>
        step.kind === kind ? [step.what] : []
      );
    assert.equal(told("received").length, 1);
    assert.deepEqual(
      told("unmapped"),
      Array(2).fill("stripe scenario.settled, mapped (mapping 1001)"),
    );
    assert.equal(told("sent_again").length, 2);
    assert.deepEqual(told("validated").sort(), [
      "made by mapping 1001",
      "made by mapping 1002",
      "made by mapping 1002",
    ]);
    assert.equal(told("row").length, 3);

    // What became of it is in the log of actions and in the topics alone.
    const live = await contentsOf(sql);
    assert.equal(live.unmapped?.length, 3 * EACH + 3);
    await processes.kill("dead_letter_desk");
    await sql`drop schema desk cascade`;
    await sql`create schema desk authorization eventflow_desk`;
    await processes.restart("dead_letter_desk");
    assert.deepEqual(await contentsOf(sql), live);
  }));
