import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 5;
/** Less than any session's time. */
const FROZEN_MS = 1_000;

test("kill -9 of the intake loses and doubles nothing", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    const { cluster, topics } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const answered = () => load.statuses.get(202) ?? 0;
    const written = async () => {
      const ends = await cluster.admin.endOffsets(topics.raw);
      return [...ends.values()].reduce((sum, end) => sum + end, 0);
    };

    let unanswered = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = answered();
      await until("more was accepted", () => answered() > before + 100);
      // Killed with an event written and not answered: the provider must send it again.
      await until("an event was written and not answered", async () => {
        processes.pause("intake");
        const before = unanswered;
        unanswered = await written() - answered();
        if (unanswered > before) return true;
        unanswered = before;
        processes.wake("intake");
        return false;
      }, { everyMs: 3 });
      await processes.kill("intake");
      await processes.restart("intake");
    }
    // Killed while Kafka takes nothing: what it has in memory was answered to nobody.
    processes.pause("kafka");
    await sleep(FROZEN_MS);
    await processes.kill("intake");
    processes.wake("kafka");
    await processes.restart("intake");
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);

    const sentAgain = await written() - answered();
    assert.ok(sentAgain > 0, "some events were written that were not answered");
    const rows = load.accepted.filter(({ isGood }) => isGood).length;
    const validated = await cluster.readAll(topics.validated);
    assert.equal(
      await pipeline.metric(
        "persistence",
        "eventflow_persistence_duplicates_total",
      ),
      validated.length - rows,
      "every further record of an event is a duplicate",
    );
  });
});
