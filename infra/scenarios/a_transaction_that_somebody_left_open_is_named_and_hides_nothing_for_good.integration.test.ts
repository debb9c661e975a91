import assert from "node:assert/strict";
import { test } from "node:test";
import { leaveOpen } from "#kit/kafka/kafkajs/test_stranger.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { eventRecord } from "#kit/payment.ts";
import { until } from "#kit/until.ts";

test("a transaction that somebody left open is named, and hides nothing for good", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { EVENTFLOW_HELD_BACK_MS: "2000" },
    });
    const { cluster, topics, groups, environment, sql } = pipeline;
    await pipeline.start("validator", "persistence", "observer");
    const transaction = await leaveOpen(
      environment.KAFKA_BOOTSTRAP_SERVERS ?? "",
      {
        topic: topics.raw,
        partitions: [0, 1, 2],
        transactionalId: `stranger-${topics.raw}`,
      },
    );
    const events = Array.from(
      { length: 30 },
      (_, n) => eventRecord(`event-${n}`, `pay-${n}`),
    );
    await cluster.write(topics.raw, events);

    const ready = async () => {
      const response = await fetch(`${pipeline.url("validator")}/ready`);
      return { status: response.status, text: await response.text() };
    };
    await until("the validator said so", async () => {
      const { status, text } = await ready();
      return status === 503 && text.includes(`stranger-${topics.raw}`);
    });
    const seen = (metric: string, labels: Record<string, string>) =>
      pipeline.metric("observer", `eventflow_${metric}`, labels);
    await until(
      "the observer counted what is hidden",
      async () =>
        (await seen("partition_held_back_seconds", { topic: topics.raw }) ??
            0) > 0 &&
        (await seen("group_lag_records", { group: groups.validator }) ?? 0) >=
          events.length,
    );
    assert.equal((await sql`select 1 from events`).length, 0);

    await transaction.abort();
    await until("every payment was a row", async () => {
      const rows = await sql`select 1 from events`;
      return rows.length === events.length;
    });
    await until(
      "the validator was ready again",
      async () => (await ready()).status === 200,
    );
  }));
