import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { Desk, mendAmount, replaysBy } from "#kit/desk.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord, type Payment } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const EACH = 60;

/** Events of one kind, each of a payment of its own. */
function events(of: string, more: Partial<Payment>) {
  return Array.from(
    { length: EACH },
    (_, n) => eventRecord(`${of}-${n}`, `p-${of}-${n}`, more),
  );
}

test("a job ends as its dry run said, and only where it was sent", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    const desk = new Desk(pipeline);
    await pipeline.start(
      "validator",
      "analytics",
      "persistence",
      "dead_letter_desk",
    );
    const good = events("good", {});
    // Refused by persistence: another event of the same id is a row. With the amount mended they are the same.
    const conflicting = events("good", { amount: "7.00" });
    // Refused by persistence, and again, whatever its amount.
    const still = events("good", { amount: "8.00", orderId: "other" });
    // Refused by the validator: one would be good with another amount, one would not.
    const negative = events("negative", { amount: "-1" });
    const blank = events("blank", { amount: "-1", orderId: " " });
    const all = [good, conflicting, still, negative, blank];
    for (const some of all) {
      await cluster.write(topics.raw, some);
      await untilFinished(pipeline);
    }
    await desk.untilLetters(4 * EACH);

    const job = await desk.plan({
      edit: mendAmount,
      options: { stop_above: 1 },
    });
    const before = (await cluster.readAll(topics.raw)).length;
    const forecast = await desk.dryRun(job);
    assert.deepEqual(
      [forecast.selected, forecast.would_pass, forecast.would_fail],
      [4 * EACH, 2 * EACH, 2 * EACH],
    );
    assert.equal((await cluster.readAll(topics.raw)).length, before);

    const letters = new Map(
      (await desk.letters("state=open")).map((one) => [one.letter, one]),
    );
    await desk.run(job);
    const { outcomes } = await desk.untilDone(job);
    assert.deepEqual(outcomes, {
      passed: forecast.would_pass,
      dead_again: forecast.would_fail,
      passed_over: 0,
      waiting: 0,
    });
    for (const { letter, state } of await desk.letters()) {
      const was = letters.get(letter);
      if (was === undefined) continue;
      const passes = /^negative/.test(was.event_id ?? "") ||
        was.amount === "7.00";
      assert.equal(state, passes ? "passed" : "dead_again", was.event_id ?? "");
    }
    const again = Map.groupBy(
      await desk.letters("state=open"),
      ({ code }) => code,
    );
    const reasons = Map.groupBy(forecast.reasons, ({ code }) => code);
    assert.deepEqual(
      [...reasons].map(([code, some]) => [
        code,
        some.reduce((sum, { count }) => sum + count, 0),
      ]).toSorted(),
      [...again].map(([code, some]) => [code, some.length]).toSorted(),
      "they fail again for the reasons that were foretold",
    );

    await untilFinished(pipeline);
    const forPersistence = await replaysBy(pipeline, topics.validated, job);
    const passedOn = EACH; // The negative ones, which the validator lets pass now.
    assert.equal(forPersistence.length, 2 * EACH + passedOn);
    assert.equal(await rowsStored(pipeline), 2 * EACH);
    const metric = (name: string) =>
      pipeline.metric("analytics", `eventflow_${name}`);
    assert.equal(await metric("worker_passed_over_total"), 2 * EACH);
    assert.equal(
      await metric("analytics_total_processed_total"),
      3 * EACH + passedOn,
    );
    await assertBalanced(pipeline, all.flat().map(({ eventId }) => eventId));
  }));
