import assert from "node:assert/strict";
import { test } from "node:test";
import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const retired = "a-secret-that-nobody-should-use";

test("why webhooks were refused is recorded, and a stop loses none of it", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: {
        ...patientIntake,
        PAYMENT_PROVIDER_WEBHOOK_SECRET_RETIRED: retired,
      },
    });
    await pipeline.start("intake");
    const intake = pipeline.url("intake");
    const { cluster, topics } = pipeline;
    const payment = paymentJson({
      eventId: "evt_1",
      paymentId: "pay_1",
      amount: "1",
      currency: "JPY",
    });
    const recorded = async () =>
      (await cluster.readAll(topics.rejected)).map(({ value }) =>
        RejectedWebhook.parse(JSON.parse(String(value)))
      );

    const good = signed(payment);
    const altered = { ...good, body: `${good.body}\n` };
    assert.equal(await send(intake, altered), 401);
    assert.equal(await send(intake, good), 202);
    await until("it is recorded", async () => (await recorded()).length === 1);

    assert.equal(await send(intake, signed(payment, { secret: retired })), 401);
    assert.deepEqual(await processes.stop("intake"), { code: 0, signal: null });
    const all = await recorded();
    assert.deepEqual(all.map(({ why }) => why), [
      {
        cause: "body_altered",
        alteration: "newline_added",
        signed_with: { provider: "payment-provider", which: "current" },
      },
      {
        cause: "retired_secret",
        signed_with: { provider: "payment-provider", which: "retired" },
      },
    ]);
    assert.deepEqual(all.map(({ refusals }) => refusals), [1, 1]);
    assert.equal((await cluster.readAll(topics.raw)).length, 1);
  }));
