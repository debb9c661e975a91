import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds } from "#kit/flowing.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { assertBalanced } from "#kit/audit.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const PAYMENTS_WHILE_AWAY = 20;

test("a stopped broker gives 503, and then service resumes", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    const { topics, sql, cluster } = pipeline;
    await pipeline.start("intake", "validator", "persistence");

    const sent: string[] = [];
    const accepted: string[] = [];
    const sendOne = async () => {
      const eventId = `event-${sent.length}`;
      sent.push(eventId);
      const status = await send(
        pipeline.url("intake"),
        signed(paymentJson({
          eventId,
          paymentId: eventId,
          amount: "1",
          currency: "JPY",
        })),
      );
      if (status === 202) accepted.push(eventId);
      return status;
    };
    const stored = async () =>
      (await sql`select event_id from events`)
        .map((row) => String(row.event_id));
    const isStored = (eventId: string | undefined) => async () =>
      (await stored()).some((one) => one === eventId);

    await until("a webhook was accepted", async () => await sendOne() === 202);
    await until("the first row", isStored(accepted[0]));

    await processes.kill("kafka");
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: PAYMENTS_WHILE_AWAY }, sendOne),
    );
    const refusedAfter = performance.now() - began;
    assert.deepEqual(answers, Array(PAYMENTS_WHILE_AWAY).fill(503));

    await processes.restart("kafka");
    const backAt = performance.now();
    await until(
      "a webhook was accepted again",
      async () => await sendOne() === 202,
    );
    const acceptedAfter = performance.now() - backAt;
    await until("it had its row", isStored(accepted.at(-1)));
    const storedAfter = performance.now() - backAt;
    console.log(
      `503 after ${seconds(refusedAfter)}; since the broker was back: ` +
        `202 after ${seconds(acceptedAfter)}, its row after ${
          seconds(storedAfter)
        }`,
    );

    await untilFinished(pipeline);
    const rows = new Set(await stored());
    assert.deepEqual(accepted.filter((eventId) => !rows.has(eventId)), []);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    await assertBalanced(pipeline, accepted);
  });
});
