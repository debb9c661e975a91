import { test } from "node:test";
import { moveLeader } from "#kit/kafka/kafkajs/election.ts";
import { untilFlowing } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { startCluster, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { assertAccepting, proveNothingLostOrDoubled } from "#kit/proof.ts";

const services = ["intake", "validator", "persistence"] as const;
const ROUNDS = 4;

test("leaders that move again and again while every broker goes on lose and double nothing", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startCluster(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    const { topics } = pipeline;
    await pipeline.start(...services);
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await untilFlowing(pipeline, load, "at first");

    for (let round = 1; round <= ROUNDS; round++) {
      for (
        const place of [
          ...[0, 1, 2].map((partition) => ({ topic: topics.raw, partition })),
          ...[0, 1, 2].map((partition) => ({
            topic: topics.validated,
            partition,
          })),
          { topic: topics.deadLetters, partition: 0 },
        ]
      ) {
        const { from, to } = await moveLeader(kafka.split(","), place);
        console.log(`${place.topic}/${place.partition}: ${from} to ${to}`);
      }
      await untilFlowing(pipeline, load, `after round ${round}`);
    }
    await load.stop();
    assertAccepting(load.statuses);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});
