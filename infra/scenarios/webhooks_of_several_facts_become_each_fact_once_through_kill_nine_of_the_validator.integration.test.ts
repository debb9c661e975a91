import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import {
  adyenNotification,
  startSending,
  stripeCharge,
  writeAccounts,
} from "#kit/signed_webhooks.ts";

const KILLS = 3;

test("webhooks of several facts become each fact once, through kill -9 of the validator", () =>
  withProcesses(async (processes) => {
    const file = await writeAccounts(processes.folder);
    await using pipeline = await openPipeline(processes, {
      env: {
        ...smallBatches,
        ...patientIntake,
        EVENTFLOW_PROVIDERS_FILE: file,
        // A quarter of a notification fails on purpose.
        EVENTFLOW_DEAD_LETTERS_PER_MINUTE: "0",
      },
    });
    const { cluster, topics } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    let sent = 0;
    await using load = startSending(
      () => pipeline.url("intake"),
      () => sent++ % 2 === 0 ? stripeCharge() : adyenNotification(),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      // A transaction is open: some facts of a webhook may be written, and must not count.
      await pauseMidBatch(processes, pipeline, "validator");
      await processes.kill("validator");
      await processes.restart("validator");
    }
    await load.stop();
    await untilFinished(pipeline);

    // Adyen is answered as it wants to be.
    assert.deepEqual([...load.statuses.keys()].sort(), [200, 202]);
    const raw = await cluster.readAll(topics.raw);
    const ofStripe = raw.filter(({ key }) => String(key).startsWith("pi_"));
    const ofAdyen = raw.length - ofStripe.length;
    assert.ok(ofStripe.length > 0 && ofAdyen > 0);
    const facts = await cluster.readAll(topics.validated);
    const ids = new Set(
      facts.map(({ value }) => JSON.parse(String(value)).event_id),
    );
    const expected = 2 * ofStripe.length + 2 * ofAdyen;
    assert.deepEqual([facts.length, ids.size], [expected, expected]);
    assert.equal(await rowsStored(pipeline), expected);
    assert.equal((await cluster.readAll(topics.unmapped)).length, ofAdyen);
    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      [letters.length, new Set(letters.map((one) => one.source_item))],
      [ofAdyen, new Set([4])],
    );
    await assertBalanced(pipeline, []);
  }));
