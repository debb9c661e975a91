import assert from "node:assert/strict";
import { test } from "node:test";
import { topics as contracts } from "#contracts/topics.ts";
import { Desk } from "#kit/desk.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";

const negative = (id: string) => eventRecord(id, id, { amount: "-1" });

/** The letter that becomes of one event has the same place in the topic as that of another one. */
async function withFormerLetter(
  work: (it: {
    desk: Desk;
    pipeline: Pipeline;
    processes: Processes;
    /** The job that was to send the former letter again. */
    job: string;
    makeAnew(): Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    const name = topics.deadLetters;
    const desk = new Desk(pipeline);
    await pipeline.start("validator", "dead_letter_desk");
    await cluster.write(topics.raw, [negative("former")]);
    await desk.untilLetters(1);
    const job = await desk.plan();
    await work({
      desk,
      pipeline,
      processes,
      job,
      async makeAnew() {
        const former = await cluster.admin.topicId(name);
        await cluster.admin.deleteTopics([name]);
        await cluster.admin.createTopics([{
          name,
          partitions: contracts.deadLetters.partitions,
          config: topicConfig(contracts.deadLetters),
        }]);
        assert.notEqual(await cluster.admin.topicId(name), former);
        await cluster.write(topics.raw, [negative("new")]);
      },
    });
  });
}

async function isShownAsItIs(desk: Desk, job: string): Promise<void> {
  await until("the desk showed the new letter, and no other", async () => {
    const letters = await desk.letters();
    return letters.map(({ event_id }) => event_id).join() === "new";
  });
  await desk.untilLetters(1);
  const { state, why } = await desk.job(job);
  assert.equal(state, "stopped");
  assert.match(why ?? "", /was deleted and made anew: its former letters are/);
}

test("a dead-letter topic made anew while the desk runs is shown as it is, and a job of former letters is stopped", () =>
  withFormerLetter(async ({ desk, job, makeAnew }) => {
    await makeAnew();
    await isShownAsItIs(desk, job);
  }));

test("a dead-letter topic made anew while the desk is away is shown as it is, and a job of former letters is stopped", () =>
  withFormerLetter(async ({ desk, job, makeAnew, processes }) => {
    await processes.kill("dead_letter_desk");
    await makeAnew();
    await processes.restart("dead_letter_desk");
    await isShownAsItIs(desk, job);
  }));
