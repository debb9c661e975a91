import assert from "node:assert/strict";
import { test } from "node:test";
import { amountLiteral } from "#contracts/amount_literal.ts";
import { services } from "#contracts/services.ts";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { assertBalanced } from "#kit/audit.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { runMain } from "#kit/run_main.ts";
import { startMapping } from "#kit/scenario_mapping.ts";
import {
  adyenNotification,
  sendSigned,
  stripeCharge,
  writeAccounts,
} from "#kit/signed_webhooks.ts";
import { mapWebhook } from "../../workers/validator/mapping/map_webhook.ts";

/** Of each kind of webhook so many. */
const EACH = 40;

test("a planted mapping bug is mended by replay, to the rows that there were without it", () =>
  withProcesses(async (processes) => {
    const file = await writeAccounts(processes.folder);
    await using pipeline = await openPipeline(processes, {
      env: { ...patientIntake, EVENTFLOW_PROVIDERS_FILE: file },
    });
    const { cluster, sql, topics } = pipeline;
    await pipeline.start(
      "intake",
      "validator",
      "analytics",
      "persistence",
      "dead_letter_desk",
    );
    await processes.stop("validator");
    await startMapping(processes, pipeline, 1, "planted");
    const intake = pipeline.url("intake");
    for (let n = 0; n < EACH; n++) {
      await sendSigned(intake, stripeCharge({ id: `${n}`, amount: 1000 + n }));
      await sendSigned(
        intake,
        adyenNotification({ id: `${n}`, isWhole: false }),
      );
    }
    await untilFinished(pipeline);
    const raw = await cluster.readAll(topics.raw);
    const facts = raw.flatMap((record) =>
      mapWebhook(record)?.items.flatMap((item) =>
        item.kind === "event" ? [item] : []
      ) ?? []
    );
    assert.equal(facts.length, 4 * EACH);
    const right = facts.map(({ event, value }) =>
      [
        event.event_id,
        event.event_type,
        event.payload.payment_id,
        amountLiteral(String(value)),
        event.payload.currency,
      ].join(" ")
    ).sort();
    const before = await rowsOf(pipeline);
    assert.equal(before.length, right.length);
    assert.equal(before.filter((row) => right.includes(row)).length, 0);

    await processes.stop("validator");
    await startMapping(processes, pipeline, 2, "planted");
    const main = new URL(
      "../../workers/dead_letter_desk/cli/main.ts",
      import.meta.url,
    );
    const replay = await runMain(main, [
      "replay",
      "--from",
      topics.raw,
      "--for",
      services.validator,
      "--since",
      new Date(Date.now() - 3_600_000).toISOString(),
      "--yes",
      "--json",
    ], {
      EVENTFLOW_DESK_URL: pipeline.url("dead_letter_desk"),
      EVENTFLOW_DESK_TOKEN: PUBLIC_DESK_TOKEN,
    });
    assert.equal(replay.code, 0, replay.stderr);
    await untilFinished(pipeline);

    assert.deepEqual(await rowsOf(pipeline), right);
    const [kept] = await sql<{ count: string }[]>`
      select count(*) from superseded_events`;
    assert.equal(Number(kept?.count), right.length, "what was wrong is kept");
    const states = await sql<
      { payment_id: string; state: string; sum: string }[]
    >`
      select payment_id, state, captured::text as sum from payment_states order by payment_id`;
    assert.equal(states.length, 2 * EACH, "no order is a payment any more");
    for (const { payment_id, state, sum } of states) {
      const n = Number(payment_id.replace("pi_", ""));
      const isStripes = payment_id.startsWith("pi_");
      assert.equal(state, "captured", payment_id);
      assert.equal(Number(sum), isStripes ? (1000 + n) / 100 : 21, payment_id);
    }
    const corrected = await pipeline.metric(
      "analytics",
      "eventflow_analytics_corrections_total",
    );
    assert.equal(corrected, right.length);
    await assertBalanced(pipeline, []);
  }));

/** What readers see, in the words of the facts. */
async function rowsOf({ sql }: Pipeline): Promise<string[]> {
  const rows = await sql<{ fact: string }[]>`
    select concat_ws(' ', event_id, event_type, payment_id, amount::text, currency) as fact from events`;
  return rows.map(({ fact }) => fact).sort();
}
