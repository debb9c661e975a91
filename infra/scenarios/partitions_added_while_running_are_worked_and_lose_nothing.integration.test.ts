import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds, untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake, type WorkerName } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const workers: readonly WorkerName[] = [
  "validator",
  "analytics",
  "persistence",
];
const ADDED = 3;

test("partitions added while running are worked and lose nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: patientIntake,
    });
    const { cluster: { admin }, topics, input } = pipeline;
    await pipeline.start("intake", ...workers);
    await pipeline.startAnother("validator", "validator-2");

    const accepted: string[] = [];
    let begun = 0;
    // One event a payment: raising partitions takes the order from those that are under way.
    const sendOne = async () => {
      const eventId = `event-${begun++}`;
      const body = paymentJson({
        eventId,
        paymentId: `payment-of-${eventId}`,
        amount: "1.50",
        currency: "EUR",
      });
      const status = await send(pipeline.url("intake"), signed(body));
      assert.equal(status, 202);
      accepted.push(eventId);
    };
    const isWorked = async (worker: WorkerName) => {
      const { group, topic } = input(worker);
      return ((await admin.positions(group, topic)).get(ADDED) ?? 0) > 0;
    };
    for (let n = 0; n < 50; n++) await sendOne();
    await until("rows were stored", async () => await rowsStored(pipeline) > 0);

    await admin.raisePartitions(topics.raw, ADDED + 1);
    await admin.raisePartitions(topics.validated, ADDED + 1);
    const took = await Promise.all(
      workers.map((worker) =>
        until(`${worker} worked the partition that was added`, async () => {
          await sendOne();
          return await isWorked(worker);
        })
      ),
    );
    await untilReady(pipeline, ["intake", ...workers]);
    console.log(
      `worked after ${took.map((ms) => seconds(ms)).join(", ")}`,
    );
    for (let n = 0; n < 50; n++) await sendOne();

    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), accepted.length);
    await assertBalanced(pipeline, accepted);
  }));
