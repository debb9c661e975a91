import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { type Accepted, startLoad } from "#kit/load.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import {
  assertOneRecordAnAnswer,
  proveNothingLostOrDoubled,
} from "#kit/proof.ts";
import { send, signed, type Webhook } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const STOPS = 3;
const UNDER_WAY = 20;

test("SIGTERM of the intake answers every request under way", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: patientIntake,
    });
    await pipeline.start("intake", "validator", "analytics", "persistence");
    const intake = pipeline.url("intake");
    await using load = startLoad({ intake });

    const late: Accepted[] = [];
    let others = 0;
    for (let stop = 0; stop < STOPS; stop++) {
      const before = load.accepted.length;
      await until(
        "more was accepted",
        () => load.accepted.length > before + 200,
      );
      const events = Array.from(
        { length: UNDER_WAY },
        (_, n) => lone(`late-${stop}-${n}`),
      );
      const requests = await Promise.all(
        events.map((event) => begin(intake, webhook(event))),
      );
      const stopping = processes.stop("intake");
      await until(
        "the intake said that it stops",
        async () => !(await readinessOf(intake)).ready,
        { everyMs: 1 },
      );
      // What waits for nobody has ended by then.
      const hasEnded = stopping.then(() => true);
      await until("the intake refused others, or was gone", async () => {
        const event = lone(`other-${stop}-${others++}`);
        const status = await send(intake, webhook(event)).catch(() => 0);
        if (status === 202) late.push(event);
        return status === 503 || await Promise.race([hasEnded, false]);
      });
      assert.deepEqual(
        await Promise.all(requests.map((request) => request.finish())),
        Array(UNDER_WAY).fill(202),
      );
      assert.deepEqual(await stopping, { code: 0, signal: null });
      late.push(...events);
      await processes.restart("intake");
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, [...load.accepted, ...late]);
    await assertOneRecordAnAnswer(pipeline, load.statuses, late.length);
  }));

/** A good event of a payment of its own. */
function lone(paymentId: string): Accepted {
  return { eventId: `${paymentId}:0`, paymentId, sequence: 0, isGood: true };
}

function webhook(event: Accepted): Webhook {
  return signed(paymentJson({ ...event, amount: "1", currency: "JPY" }));
}

/**
 * Sends a request but for its body, and resolves once the intake asks for that (RFC 9110, 10.1.1): it has
 * the request in hand then. `finish` sends the body and resolves with the status.
 */
async function begin(
  intake: string,
  { body, headers }: Webhook,
): Promise<{ finish(): Promise<number> }> {
  const { hostname, port } = new URL(intake);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  const head = [
    "POST /api/webhooks/payment-authorized HTTP/1.1",
    `Host: ${hostname}:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
    "",
    "",
  ];
  socket.write(head.join("\r\n"));
  const [asked] = await once(socket, "data");
  assert.equal(String(asked), "HTTP/1.1 100 Continue\r\n\r\n");
  let answer = "";
  socket.on("data", (bytes) => answer += String(bytes));
  const closed = new Promise<void>((resolve, reject) => {
    socket.once("end", resolve);
    socket.once("error", reject);
  });
  return {
    async finish() {
      socket.write(body);
      await closed;
      socket.end();
      return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    },
  };
}
