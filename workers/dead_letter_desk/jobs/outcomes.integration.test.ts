import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { deskIndex } from "#kit/desk_index.ts";
import { Outcomes } from "./outcomes.ts";

const JOB = "10000000-0000-4000-8000-000000000000";

test("of each step the outcomes are known once its own services are past it, whoever else is past what came later", async () => {
  await using index = await deskIndex();
  const { database } = index;
  await database.use((sql) =>
    sql`
      insert into jobs (id, number, of, topic, filter, replay_for, selected, sent, amounts, positions_sha256,
        plan_sha256, options, needs_approval, planned_at, planned_by)
      values (${JOB}, 1, 'facts', 'raw', '{}', 'x', 3, 3, '[]', '', '', '{}', false, now(), 'x')`
  );
  await database.use((sql) =>
    sql`
      insert into job_records (job, partition, "offset", state, place)
      select ${JOB}, 0, n, 'sent', n from generate_series(0, 2) as n`
  );
  const ends = new Map([["validated", 10], ["raw", 20], ["dlq", 5]]);
  const positions = new Map([["dlq", 5]]);
  const outcomes = new Outcomes({
    admin: {
      highWatermarks: (topic) =>
        Promise.resolve(new Map([[0, ends.get(topic) ?? 0]])),
      positions: (_, topic) => {
        const position = positions.get(topic);
        return Promise.resolve(
          new Map(position === undefined ? [] : [[0, position]]),
        );
      },
    },
    database,
    deadLetterTopic: "dlq",
    unmapped: { catchUpWithWritten: () => Promise.resolve() },
    groupId: "desk",
    groupOf: (service) => service,
  });
  const passed = async () =>
    (await database.use((sql) =>
      sql<{ offset: string }[]>`
        select "offset" from job_records where state = 'passed' order by 1`
    )).map(({ offset }) => Number(offset));
  const sent = (service: string, topic: string, offset: number) =>
    outcomes.sent([{
      service,
      topic,
      positions: [{ partition: 0, offset }],
    }]);
  await sent(services.persistence, "validated", 0);
  await sent(services.validator, "raw", 1);
  await sent(services.persistence, "validated", 2);
  assert.equal(await outcomes.look(JOB), false);

  positions.set("raw", 20);
  assert.equal(await outcomes.look(JOB), true);
  assert.deepEqual(await passed(), [1]);
  assert.deepEqual([outcomes.steps, outcomes.waiting], [2, 2]);
  assert.equal(outcomes.waitsFor, services.persistence);

  positions.set("validated", 10);
  positions.set("dlq", 4);
  assert.equal(await outcomes.look(JOB), false, "a letter is not indexed yet");
  positions.set("dlq", 5);
  assert.equal(await outcomes.look(JOB), true);
  assert.deepEqual(await passed(), [0, 1, 2]);
  assert.deepEqual([outcomes.steps, outcomes.waitsFor], [0, undefined]);
});
