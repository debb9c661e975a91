import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters, eventIdOf } from "#kit/outcomes.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const PAYMENTS = 20;
const TOKEN = "the-token-of-an-internal-service";

test("a payment handed in again is one row, also by an intake that was killed meanwhile", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: patientIntake,
      envOf: { intake: { EVENTFLOW_INGEST_TOKENS: TOKEN } },
    });
    await pipeline.start("intake", "validator", "persistence");
    /** @returns the event's id, where it is accepted */
    const handIn = async (payment: number, token = TOKEN) => {
      const response = await fetch(`${pipeline.url("intake")}/api/ingest`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${token}`,
          "Idempotency-Key": `order-${payment}`,
        },
        body:
          `{"payment_id":"pay-${payment}","order_id":"order-${payment}","amount":` +
          `${amountOf(payment)},"currency":"EUR","provider_auth_id":"auth"}`,
      });
      const { event_id } = await response.json();
      assert.equal(response.status, event_id === undefined ? 401 : 202);
      return event_id as string | undefined;
    };
    assert.equal(await handIn(0, `${TOKEN}-of-somebody-else`), undefined);

    const payments = Array.from({ length: PAYMENTS }, (_, n) => n);
    const first = await Promise.all(payments.map((one) => handIn(one)));
    assert.equal(new Set(first).size, PAYMENTS);
    const again = await Promise.all(payments.map((one) => handIn(one)));
    assert.deepEqual(again, first);
    await processes.kill("intake");
    await pipeline.start("intake");
    assert.equal(await handIn(0), first[0]);

    await untilFinished(pipeline);
    const rows = await pipeline.sql<{ event_id: string; amount: string }[]>`
      select event_id, amount::text as amount from events`;
    assert.deepEqual(
      new Map(rows.map(({ event_id, amount }) => [event_id, amount])),
      new Map(payments.map((one) => [first[one], amountOf(one)])),
    );
    // Nobody remembers when it was first handed in, so that it is told apart by its timestamp.
    assert.deepEqual(
      (await deadLetters(pipeline)).map(({ error_code, event }) => [
        error_code,
        eventIdOf(event),
      ]),
      [["conflicting_duplicate", first[0]]],
    );
    await assertBalanced(pipeline, rows.map(({ event_id }) => event_id));
  }));

/** As it was written, to the last zero. */
function amountOf(payment: number): string {
  return `${49 + payment}.90`;
}
