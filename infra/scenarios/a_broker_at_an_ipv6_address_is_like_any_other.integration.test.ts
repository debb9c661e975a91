import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";

const PAYMENTS = 20;

const hasIpv6 = Object.values(networkInterfaces()).flat()
  .some((one) => one?.address === "::1");

test("a broker at an IPv6 address is like any other", async (t) => {
  if (!hasIpv6) return t.skip("this machine has no ::1");
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    // It listens nowhere else, and this is what it tells its clients.
    const kafka = await startBroker(processes, "[::1]");
    assert.match(kafka, /^\[::1\]:\d+$/);
    await using pipeline = await openPipeline(processes, {
      kafka,
      env: patientIntake,
    });
    await pipeline.start("intake", "validator", "persistence", "observer");

    const accepted: string[] = [];
    for (let n = 0; n < PAYMENTS; n++) {
      const eventId = `event-${n}`;
      const body = paymentJson({
        eventId,
        paymentId: eventId,
        amount: "1",
        currency: "JPY",
      });
      assert.equal(await send(pipeline.url("intake"), signed(body)), 202);
      accepted.push(eventId);
    }
    await untilFinished(pipeline);
    await assertBalanced(pipeline, accepted);
    assert.equal(
      await pipeline.metric("observer", "eventflow_kafka_reachable"),
      1,
    );
  });
});
