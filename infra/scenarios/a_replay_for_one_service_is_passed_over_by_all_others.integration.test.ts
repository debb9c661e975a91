import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { runAudit } from "#kit/audit.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { header } from "#kafka/headers.ts";

const EACH = 20;

test("a replay for one service is passed over by all others", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    await pipeline.start("validator", "analytics", "persistence");
    const events = (of: string) =>
      Array.from(
        { length: EACH },
        (_, n) => eventRecord(`${of}-${n}`, `p-${n}`),
      );
    await cluster.write(topics.raw, events("first"));

    const sender = cluster.kafka.sender();
    const replay = (topic: string, of: string, addressee?: string) =>
      sender.send(
        events(of).map(({ key, value }, n) => ({
          topic,
          key: Buffer.from(key),
          value: Buffer.from(value),
          headers: [
            header(headers.replayOf, `${topics.deadLetters}/0/${n}`),
            ...addressee === undefined
              ? []
              : [header(headers.replayFor, addressee)],
          ],
        })),
      );
    await replay(topics.raw, "validator", services.validator);
    await replay(topics.validated, "persistence", services.persistence);
    await replay(topics.validated, "analytics", services.analytics);
    await replay(topics.validated, "all");
    await sender.close();
    await untilFinished(pipeline);

    const rows = await sql<{ of: string; count: number }[]>`
      select split_part(event_id, '-', 1) as of, count(*)::int as count
      from events group by 1 order by 1`;
    assert.deepEqual(
      rows.map(({ of, count }) => [of, count]),
      ["all", "first", "persistence", "validator"].map((of) => [of, EACH]),
    );
    const metric = async (worker: string, name: string) =>
      await pipeline.metric(worker, `eventflow_${name}`);
    const passedOver = "worker_passed_over_total";
    assert.equal(await metric("validator", passedOver), 0);
    assert.equal(await metric("analytics", passedOver), EACH);
    assert.equal(await metric("persistence", passedOver), EACH);
    const processed = "analytics_total_processed_total";
    assert.equal(await metric("analytics", processed), 4 * EACH);
    assert.equal(
      await metric("persistence", "persistence_stored_total"),
      4 * EACH,
    );
    assert.equal(
      await metric("persistence", "persistence_consumed_total"),
      4 * EACH,
    );

    const { code, output } = await runAudit(
      pipeline,
      events("first").map(({ eventId }) => eventId),
    );
    assert.equal(code, 0, output);
    assert.match(
      output,
      new RegExp(`rows ${4 * EACH} .* passed over ${EACH}\\b`),
    );
  }));
