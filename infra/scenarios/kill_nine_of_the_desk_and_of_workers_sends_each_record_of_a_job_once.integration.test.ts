import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { Desk, mendAmount, replaysBy, whatTheyReplay } from "#kit/desk.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const LETTERS = 3_000;
/** Records a second: by so many at once they go. */
const RATE = 300;
/** The desk most often, as it is what has to resume. */
const KILLED = [
  "dead_letter_desk",
  "validator",
  "dead_letter_desk",
  "persistence",
  "dead_letter_desk",
] as const;

test("kill -9 of the desk and of workers sends each record of a job once", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    const desk = new Desk(pipeline);
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    const events = Array.from(
      { length: LETTERS },
      (_, n) => eventRecord(`e-${n}`, `p-${n % 500}`, { amount: "-1" }),
    );
    await cluster.write(topics.raw, events);
    await desk.untilLetters(LETTERS);

    const job = await desk.plan({
      edit: mendAmount,
      options: { rate: RATE },
    });
    await desk.run(job);
    let killedMidway = 0;
    for (const name of KILLED) {
      const { sent } = await desk.job(job);
      await until("the job had sent more, or was done", async () => {
        const now = await desk.job(job);
        return now.sent > sent || now.state === "done";
      }, { everyMs: 5 });
      await processes.kill(name);
      const put = (await replaysBy(pipeline, topics.raw, job)).length;
      if (put < LETTERS) killedMidway++;
      await processes.restart(name);
    }
    const { selected, outcomes } = await desk.untilDone(job);
    await untilFinished(pipeline);

    assert.ok(killedMidway >= 3, "they were killed while the job ran");
    assert.equal(selected, LETTERS);
    assert.deepEqual(outcomes, {
      passed: LETTERS,
      dead_again: 0,
      passed_over: 0,
      waiting: 0,
    });
    const replayed = whatTheyReplay(
      await replaysBy(pipeline, topics.raw, job),
    );
    const letters = (await cluster.readAll(topics.deadLetters))
      .map(({ partition, offset }) =>
        `${topics.deadLetters}/${partition}/${offset}`
      );
    assert.deepEqual(
      replayed.toSorted(),
      letters.toSorted(),
      "each letter was sent again once",
    );
    assert.equal(await rowsStored(pipeline), LETTERS);
    await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  }));
