import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds, untilBack, untilFlowing, untilReady } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import {
  coordinatorOf,
  leaderOf,
  startCluster,
  whyNoBroker,
} from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const services = ["intake", "validator", "persistence"] as const;

test("three brokers lose a partition leader, then the group coordinator, and lose no payment", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startCluster(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    const { topics, groups } = pipeline;
    await pipeline.start(...services);
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await untilFlowing(pipeline, load, "with three brokers");

    const leader = await leaderOf(kafka, topics.raw, 0);
    await processes.kill(leader);
    const two = await untilFlowing(pipeline, load, "with two brokers");
    console.log(
      `without ${leader}: 202 after ${seconds(two.acceptedMs)}, ` +
        `a row after ${seconds(two.rowMs)}`,
    );

    const coordinator = await coordinatorOf(kafka, groups.validator);
    await processes.kill(coordinator);
    const unready = await untilReady(pipeline, ["intake"], false);
    console.log(
      `without ${coordinator} too: not ready after ${seconds(unready)}`,
    );
    const accepted = load.accepted.length;
    const refused = load.statuses.get(503) ?? 0;
    await until(
      "webhooks were refused with one broker",
      () => (load.statuses.get(503) ?? 0) > refused + 100,
    );
    assert.equal(
      load.accepted.length,
      accepted,
      "one replica of three acknowledges nothing",
    );

    await Promise.all([
      processes.restart(leader),
      processes.restart(coordinator),
    ]);
    const back = await untilBack(
      pipeline,
      services,
      load,
      "with three brokers again",
    );
    console.log(`with all again: ${back}`);
    await load.stop();
    assert.deepEqual([...load.statuses.keys()].sort(), [202, 503]);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});
