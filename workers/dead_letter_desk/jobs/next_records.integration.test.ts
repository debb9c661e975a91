import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { type DeskIndex, deskIndex } from "#kit/desk_index.ts";
import { jobOf } from "../queries/jobs.ts";
import { nextRecords } from "./next_records.ts";

const JOB = "10000000-0000-4000-8000-000000000000";
const MEBIBYTE = 1024 * 1024;

/** A job of the facts at offsets 0 and so on, of which none was sent. */
async function jobOfFacts({ database }: DeskIndex, count: number) {
  await database.use((sql) =>
    sql`
      insert into jobs (id, number, of, topic, filter, replay_for, selected, amounts, positions_sha256,
        plan_sha256, options, needs_approval, planned_at, planned_by)
      values (${JOB}, 1, 'facts', 'raw', '{}', ${services.persistence}, ${count}, '[]', '', '', '{}', false, now(), 'x')`
  );
  await database.use((sql) =>
    sql`
      insert into job_records (job, partition, "offset", place)
      select ${JOB}, 0, n, n + 1 from generate_series(0, ${
      count - 1
    }::int) as n`
  );
  const job = await jobOf(database, JOB);
  if (job === undefined) throw new Error("There is no job");
  return job;
}

/** A topic of records of so many bytes, one for each fetch. */
function holding(bytes: number): Pick<KafkaClient, "read"> {
  return {
    async *read({ topic, ranges }) {
      for (const { partition, from, to } of ranges) {
        for (let offset = from; offset < to; offset++) {
          yield await Promise.resolve({
            partition,
            records: [{
              topic,
              partition,
              offset,
              timestampMs: 0,
              key: null,
              value: Buffer.alloc(bytes),
              headers: [],
            }],
            gaps: [],
            nextOffset: offset + 1,
          });
        }
      }
    },
  };
}

for (
  const { megabytes, taken } of [
    { megabytes: 0, taken: 8 },
    { megabytes: 10, taken: 2 },
    { megabytes: 40, taken: 1 },
  ]
) {
  test(`of a step of 8 records of ${megabytes} MiB each ${taken} are taken at once`, async () => {
    await using index = await deskIndex();
    const job = await jobOfFacts(index, 8);
    const next = await nextRecords(
      {
        database: index.database,
        kafka: holding(megabytes * MEBIBYTE),
        topics: ["raw"],
      },
      job,
      8,
    );
    assert.equal(next?.sent, taken);
    assert.deepEqual(
      next?.actions.map((what) => "records" in what && what.records.offsets),
      [[{ partition: 0, ranges: [[0, taken - 1]] }]],
    );
  });
}

test("what cannot be read is not passed over", async () => {
  await using index = await deskIndex();
  const job = await jobOfFacts(index, 3);
  const unreadable = Object.assign(new Error("It is damaged"), {
    reason: "damaged",
  });
  const kafka = {
    async *read() {
      yield { partition: 0, records: [], gaps: [], nextOffset: 0, unreadable };
    },
  } as unknown as Pick<KafkaClient, "read">;
  await assert.rejects(
    nextRecords({ database: index.database, kafka, topics: ["raw"] }, job, 3),
    /It is damaged/,
  );
});
