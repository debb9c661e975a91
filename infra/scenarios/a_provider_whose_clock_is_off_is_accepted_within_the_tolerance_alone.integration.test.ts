import assert from "node:assert/strict";
import { test } from "node:test";
import type { Accepted } from "#kit/load.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { assertSaneMetrics } from "#kit/sane_metrics.ts";
import { until } from "#kit/until.ts";

/** Seconds that a provider's clock is off, and what it is answered where 300 are tolerated. */
const answers = [[-250, 202], [250, 202], [-350, 401], [350, 401]] as const;
const EVENTS = 50;

test("a provider whose clock is off is accepted within the tolerance alone", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: patientIntake,
    });
    await pipeline.start("intake", "validator", "analytics", "persistence");

    const accepted: Accepted[] = [];
    const sendAll = async (offSeconds: number, expected: number) => {
      for (let sequence = 0; sequence < EVENTS; sequence++) {
        const paymentId = `pay${offSeconds}`;
        const event = {
          eventId: `${paymentId}:${sequence}`,
          paymentId,
          sequence,
          isGood: true,
        };
        const body = paymentJson({ ...event, amount: "1", currency: "JPY" });
        let status = 0;
        await until(`${event.eventId} was answered`, async () => {
          const at = Math.floor(Date.now() / 1000) + offSeconds;
          status = await send(pipeline.url("intake"), signed(body, { at }));
          // A broker that is slow for a moment.
          return status !== 503;
        });
        assert.equal(status, expected);
        if (status === 202) accepted.push(event);
      }
    };
    await Promise.all(answers.map(([off, status]) => sendAll(off, status)));
    assert.equal(accepted.length, 2 * EVENTS);
    await proveNothingLostOrDoubled(pipeline, accepted);
    for (const service of ["intake", ...pipeline.workers]) {
      await assertSaneMetrics(pipeline, service);
    }
  }));
