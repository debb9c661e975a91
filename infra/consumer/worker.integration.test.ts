// What a worker does when not one record but everything is wrong, on a real broker.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { DeadLetter } from "#contracts/dead_letter.ts";
import { headers } from "#contracts/headers.ts";
import { exitCodes, FatalError } from "#runtime/errors.ts";
import { NotOwnerError } from "#kafka/port.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { done, eachRecord } from "./handler.ts";
import { startedWorker, until } from "#kit/kafka/test_worker.ts";

test("what fails on everyone waits uncommitted, and passes when it is over; one record's poison is a dead letter", async () => {
  await using cluster = await testCluster();
  let broken = true;
  await using worker = await startedWorker(cluster, {
    handle: eachRecord(({ key }) => {
      if (broken || `${key}` === "poison") throw new TypeError("a bug");
      return done;
    }),
  });
  const { readiness } = worker;
  await worker.write("a", "b", "poison", "c", "d", "e");
  await until(() => !readiness.ready);
  assert.deepEqual(readiness.reasons, {
    "partition 0":
      "suspected outage: unexpected_error on 5 keys in a row: TypeError: a bug",
  });
  assert.equal(await worker.paused("outage_suspected"), "1");
  assert.equal(await worker.position(), 0);
  assert.deepEqual(await cluster.readAll(worker.deadLetters), []);
  broken = false;
  await until(async () => await worker.position() === 6);
  await until(() => readiness.ready);
  assert.equal(await worker.paused("outage_suspected"), "0");
  const letters = await cluster.readAll(worker.deadLetters);
  assert.deepEqual(letters.map(({ key }) => `${key}`), ["poison"]);
});

test("a dead-letter topic that takes nothing stops the partition, says so, and goes on when it does", async () => {
  await using cluster = await testCluster();
  await using worker = await startedWorker(cluster, {
    handle: eachRecord(() => ({
      kind: "dead-letter",
      rejection: { code: "not_json", message: "m", issues: [] },
    })),
  });
  const { deadLetters, readiness } = worker;
  // Smaller than any dead letter.
  await cluster.admin.configureTopic(deadLetters, {
    "max.message.bytes": "100",
  });
  await worker.write("a");
  await until(async () =>
    await worker.paused("dead_letter_unwritable") === "1"
  );
  assert.match(
    readiness.reasons["partition 0"] ?? "",
    new RegExp(`^dead letters cannot be written to ${deadLetters}: `),
  );
  assert.equal(await worker.position(), 0);
  await cluster.admin.configureTopic(deadLetters, {});
  await until(() => readiness.ready);
  assert.equal(await worker.paused("dead_letter_unwritable"), "0");
  const letters = await cluster.readAll(deadLetters);
  assert.deepEqual(letters.map(({ key }) => `${key}`), ["a"]);
  const code = letters[0]?.headers.find(({ name }) =>
    name === headers.errorCode
  );
  assert.deepEqual(code?.value, Buffer.from("not_json"));
});

test("what its topics do not take is a dead letter as large as fits, and what is behind it goes on", async () => {
  await using cluster = await testCluster();
  const output = await cluster.freshTopic(1, { "max.message.bytes": "5000" });
  const topic = await cluster.freshTopic();
  await using worker = await startedWorker(cluster, {
    topic,
    outputTopics: [output],
    handle: eachRecord(({ key, value, headers }) => ({
      kind: "forward",
      records: [{ topic: output, key, value, headers }],
    })),
  });
  const limits = [20_000, 3_000, 1_500];
  const large = "x".repeat(6_000);
  for (const [round, limit] of limits.entries()) {
    await cluster.admin.configureTopic(worker.deadLetters, {
      "max.message.bytes": `${limit}`,
    });
    await cluster.write(topic, [
      { key: `before ${round}`, value: "small" },
      { key: `${round}`, value: large },
      { key: `behind ${round}`, value: "small" },
    ]);
    await until(async () => await worker.position() === 3 * (round + 1));
  }
  assert.ok(worker.readiness.ready);
  const letters = (await cluster.readAll(worker.deadLetters))
    .map(({ value }) => DeadLetter.parse(JSON.parse(`${value}`)));
  assert.deepEqual(
    letters.map(({ error_code, source_offset }) => [error_code, source_offset]),
    [["too_large", 1], ["too_large", 4], ["too_large", 7]],
  );
  const sha256 = createHash("sha256").update(large).digest("hex");
  assert.deepEqual(letters.map(({ original }) => original.left_out), [
    undefined,
    { value: { bytes: 6_000, sha256 } },
    { value: { bytes: 6_000, sha256 } },
  ]);
  assert.equal(letters[0]?.event, large);
  assert.deepEqual(
    (await cluster.readAll(output)).map(({ key }) => `${key}`),
    limits.flatMap((_, round) => [`before ${round}`, `behind ${round}`]),
  );
});

test("a batch whose output is larger than a batch may be is written all the same", async () => {
  await using cluster = await testCluster();
  const output = await cluster.freshTopic(1, { "max.message.bytes": "5000" });
  const topic = await cluster.freshTopic();
  const keys = Array.from({ length: 300 }, (_, n) => `key-${n}`);
  await cluster.write(topic, keys.map((key) => ({ key, value: key })));
  await using worker = await startedWorker(cluster, {
    topic,
    outputTopics: [output],
    handle: eachRecord(({ key }) => ({
      kind: "forward",
      records: [{
        topic: output,
        key,
        value: Buffer.alloc(200),
        headers: [],
      }],
    })),
  });
  await until(async () => await worker.position() === keys.length);
  const written = await cluster.readAll(output);
  assert.deepEqual(written.map(({ key }) => `${key}`), keys);
  assert.deepEqual(await cluster.readAll(worker.deadLetters), []);
});

test("past the cap, which all partitions share, dead letters wait uncommitted", async () => {
  await using cluster = await testCluster();
  await using worker = await startedWorker(cluster, {
    topic: await cluster.freshTopic(3),
    handle: eachRecord(() => ({
      kind: "dead-letter",
      rejection: { code: "not_json", message: "m", issues: [] },
    })),
    env: { EVENTFLOW_DEAD_LETTERS_PER_MINUTE: "1" },
  });
  // Of many keys, so that each partition has some; the first batch there is takes all that may go.
  const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`);
  await worker.write(...keys);
  await until(async () => await worker.paused("dead_letter_cap") === "2");
  await until(async () => await worker.position() > 0);
  const [sentence] = Object.values(worker.readiness.reasons);
  assert.match(
    sentence ?? "",
    /^\d+ dead letters wait: more than EVENTFLOW_DEAD_LETTERS_PER_MINUTE allows$/,
  );
  const letters = await cluster.readAll(worker.deadLetters);
  assert.ok(letters.length < keys.length);
  assert.equal(await worker.position(), letters.length);
});

test("a handler that hangs ends the process with the code of a stall", async () => {
  await using cluster = await testCluster();
  const hanging = Promise.withResolvers<never>();
  await using worker = await startedWorker(cluster, {
    handle: () => hanging.promise,
    env: {
      // More than it takes to join the group.
      EVENTFLOW_STALL_UNREADY_MS: "5000",
      EVENTFLOW_STALL_EXIT_MS: "10000",
      EVENTFLOW_DRAIN_TIMEOUT_MS: "1000",
    },
  });
  await worker.write("a");
  const error = await worker.failed;
  assert.ok(error instanceof FatalError);
  assert.equal(error.exitCode, exitCodes.stalled);
  assert.match(error.message, /an attempt on partition 0/);
  assert.match(worker.readiness.reasons.movement ?? "", /an attempt/);
  // So that the test ends; a process would not wait for it.
  hanging.reject(new FatalError("enough"));
});

test("a member that drains while its handler hangs leaves the group, and another goes on", async () => {
  await using cluster = await testCluster();
  const begun = Promise.withResolvers<void>();
  const hanging = Promise.withResolvers<never>();
  const first = await startedWorker(cluster, {
    handle: () => {
      begun.resolve();
      return hanging.promise;
    },
    env: { EVENTFLOW_DRAIN_TIMEOUT_MS: "1000" },
  });
  await first.write("a");
  await begun.promise;
  const drained = first[Symbol.asyncDispose]();
  await using second = await startedWorker(cluster, {
    ...first,
    handle: eachRecord(() => done),
  });
  await until(async () => await second.position() === 1);
  hanging.reject(new FatalError("enough"));
  await drained;
});

test("a partition that is added is nobody's for a moment, which is said, and then worked", async () => {
  await using cluster = await testCluster();
  const { admin } = cluster;
  const topic = await cluster.freshTopic(3);
  const handle = eachRecord(() => done);
  await using first = await startedWorker(cluster, { topic, handle });
  const { groupId } = first;
  await using second = await startedWorker(cluster, { topic, groupId, handle });
  const both = [first, second];
  const areReady = () => both.every(({ readiness }) => readiness.ready);
  await first.write(...Array.from({ length: 30 }, (_, n) => `early-${n}`));
  await until(areReady);
  for (const { readiness } of both) readiness.told.clear();

  await admin.raisePartitions(topic, 4);
  // The writer learns of it by itself too.
  let written = 0;
  await until(async () => {
    await first.write(`late-${written++}`);
    return ((await admin.endOffsets(topic)).get(3) ?? 0) > 0;
  });
  await until(async () => {
    const positions = await admin.positions(groupId, topic);
    return (positions.get(3) ?? 0) > 0;
  });
  await until(areReady);
  const told = both.flatMap(({ readiness }) => [...readiness.told]);
  assert.ok(
    told.includes(
      `partition 3 of ${topic} is nobody's in ${groupId}: it is joined again`,
    ),
    told.join("\n"),
  );
});

test("a partition that was said to be another's, and is nobody else's, is worked on again", async () => {
  await using cluster = await testCluster();
  let isLost = true;
  await using worker = await startedWorker(cluster, {
    handle: eachRecord(() => done),
    committer: () => ({
      async commit({ commitOffset, nextOffset }) {
        if (isLost) {
          isLost = false;
          throw new NotOwnerError("the commit was answered for another join");
        }
        await commitOffset(nextOffset);
        return { kind: "committed" };
      },
      verify: () => Promise.resolve(),
      endLast: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  });
  await worker.write("a", "b");
  await until(async () => await worker.position() === 2);
  assert.equal(isLost, false);
});
