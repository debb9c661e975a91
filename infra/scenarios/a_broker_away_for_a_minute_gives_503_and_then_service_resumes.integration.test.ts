import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { seconds, untilBack, untilFlowing, untilReady } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";

const AWAY_MS = 60_000;
const services = ["intake", "validator", "analytics", "persistence"] as const;

test("a broker away for a minute gives 503, and then service resumes", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    await pipeline.start(...services);
    const ended: string[] = [];
    for (const name of services) {
      processes.exited(name).then(() => ended.push(name));
    }
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await untilFlowing(pipeline, load, "at first");

    await processes.kill("kafka");
    const unready = await untilReady(pipeline, services, false);
    const accepted = load.accepted.length;
    await sleep(AWAY_MS - unready);
    assert.equal(load.accepted.length, accepted, "nothing is accepted");
    await untilReady(pipeline, services, false);
    assert.deepEqual(ended, [], "whoever waits for a broker stays alive");

    await processes.restart("kafka");
    const back = await untilBack(pipeline, services, load, "again");
    console.log(
      `every service not ready after ${seconds(unready)}; since the broker ` +
        `was back: ${back}`,
    );
    await load.stop();
    assert.deepEqual([...load.statuses.keys()].sort(), [202, 503]);
    assert.deepEqual(ended, []);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});
