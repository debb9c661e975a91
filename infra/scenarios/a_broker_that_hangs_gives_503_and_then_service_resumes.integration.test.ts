import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { seconds, untilBack, untilFlowing, untilReady } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";

/** Longer than a session in the group, and than any request waits for its answer. */
const HANGS_MS = 20_000;
const services = ["intake", "validator", "persistence"] as const;

test("a broker that hangs gives 503, and then service resumes", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    await pipeline.start(...services);
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await untilFlowing(pipeline, load, "at first");

    processes.pause("kafka");
    const unready = await untilReady(pipeline, services, false);
    const accepted = load.accepted.length;
    await sleep(HANGS_MS - unready);
    assert.equal(load.accepted.length, accepted, "nothing is accepted");

    processes.wake("kafka");
    const back = await untilBack(pipeline, services, load, "again");
    console.log(
      `every service not ready after ${seconds(unready)}; since the broker ` +
        `went on: ${back}`,
    );
    await load.stop();
    // 0 would be a webhook that was not answered at all.
    assert.deepEqual([...load.statuses.keys()].sort(), [202, 503]);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});
