import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { assertBalanced } from "#kit/audit.ts";
import { Desk, mendAmount, replaysBy } from "#kit/desk.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { headerText } from "#kafka/headers.ts";

const PAYMENTS = 12;
/** Of each payment, one behind the other. */
const EVENTS = 3;

test("letters of a payment are replayed in the order of their origins, and none before an earlier one that is open", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    const desk = new Desk(pipeline);
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    const events = Array.from({ length: PAYMENTS * EVENTS }, (_, n) => {
      const paymentId = `p-${n % PAYMENTS}`;
      const eventId = `${paymentId}:${Math.floor(n / PAYMENTS)}`;
      return eventRecord(eventId, paymentId, { amount: "-1" });
    });
    await cluster.write(topics.raw, events);
    await desk.untilLetters(events.length);

    // Those of the first events fail again: what came first is the last in the topic of dead letters.
    for (let n = 0; n < PAYMENTS; n++) {
      const { status } = await desk.ask("POST", "/jobs", {
        filter: { id: `p-${n}:1` },
      });
      assert.equal(status, 409, "the payment's first letter is open");
    }
    for (const first of (await desk.letters()).toReversed()) {
      if (!first.event_id?.endsWith(":0")) continue;
      const job = await desk.plan({
        filter: { letter: first.letter },
        options: { stop_above: 1 },
      });
      await desk.run(job);
      assert.equal((await desk.untilDone(job)).outcomes.dead_again, 1);
    }
    await desk.untilLetters(PAYMENTS, "dead_again");
    await desk.untilLetters(events.length);
    const open = await desk.letters("state=open");
    const latest = open.slice(0, PAYMENTS).map(({ event_id }) => event_id);
    assert.ok(latest.every((eventId) => eventId?.endsWith(":0")));

    const refused = await desk.ask("POST", "/jobs", {
      filter: { id: "p-0:2" },
    });
    assert.equal(refused.status, 409);
    assert.match(
      JSON.stringify(refused.json),
      /2 earlier dead letters of the same payments are not resolved and not selected/,
    );

    // Whoever insists may; it is written down, and here not run.
    await desk.plan({
      filter: { id: "p-0:2" },
      options: { out_of_order: true },
    });

    const job = await desk.plan({ edit: mendAmount });
    await desk.run(job);
    const { outcomes } = await desk.untilDone(job);
    assert.equal(outcomes.passed, events.length);
    await untilFinished(pipeline);

    const replays = await replaysBy(pipeline, topics.raw, job);
    const ids = replays.map(({ key, value, headers: all }) => ({
      payment: String(key),
      eventId: String(JSON.parse(String(value)).event_id),
      origin: Number(headerText(all, headers.origin)?.split("/").at(-1)),
    }));
    const rows = await sql<{ event_id: string; payment_id: string }[]>`
      select event_id, payment_id from events order by stored_at, source_partition, source_offset`;
    for (const [payment, its] of Map.groupBy(ids, (one) => one.payment)) {
      const inOrder = Array.from(
        { length: EVENTS },
        (_, n) => `${payment}:${n}`,
      );
      assert.deepEqual(its.map(({ eventId }) => eventId), inOrder);
      const origins = its.map(({ origin }) => origin);
      assert.deepEqual(origins, origins.toSorted((a, b) => a - b));
      assert.deepEqual(
        rows.filter(({ payment_id }) => payment_id === payment)
          .map(({ event_id }) => event_id),
        inOrder,
      );
    }
    await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  }));
