import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { What } from "#contracts/desk_action.ts";
import { emptyChain, followChain } from "#runtime/action_chain.ts";
import { FatalError, TransientError } from "#runtime/errors.ts";
import type { KafkaClient, TransactionalSender } from "#kafka/port.ts";
import { type DeskIndex, deskIndex } from "#kit/desk_index.ts";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { FoldedActions } from "../index/action_fold.ts";
import { ActionLog, type By, type Deed } from "./action_log.ts";

const by: By = { subject: "operator", via: "cli" };
const CAUSE = "a".repeat(64);

const noted = (text: string): Deed => ({
  actions: [{ kind: "note", cause: CAUSE, text }],
});

/** A log, and desks that keep it, each with an index of its own unless they share one. */
async function opened() {
  const stack = new AsyncDisposableStack();
  const cluster = stack.use(await testCluster());
  const [topic, output] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(3),
  ];
  const transactionalId = `desk.${randomUUID()}`;
  return {
    cluster,
    topic,
    output,
    async desk(
      { kafka = cluster.kafka, index: given }: {
        kafka?: Pick<KafkaClient, "openTransactional" | "read">;
        index?: DeskIndex;
      } = {},
    ) {
      const index = given ?? stack.use(await deskIndex());
      const admin = {
        highWatermarks: (topic: string) => cluster.admin.highWatermarks(topic),
        // As where the end of a transaction takes its time: what is committed is not all that can be read.
        endOffsets: () => Promise.resolve(new Map([[0, 0]])),
      };
      const log = new ActionLog({
        kafka,
        admin,
        index: new FoldedActions(index.database, {
          desk: topic,
          deadLetters: "dlq",
          unmapped: "unmapped",
        }),
        topic,
        outputTopics: [output],
        transactionalId,
        clock: () => new Date(0),
      });
      stack.defer(() => log.close());
      const count = async () => {
        const [row] = await index.database.use((sql) =>
          sql<{ count: number }[]>`select count(*)::int as count from actions`
        );
        return row?.count ?? -1;
      };
      return { log, count, index };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The actions in a log, whose chain is whole. */
async function actionsIn(cluster: TestCluster, topic: string): Promise<What[]> {
  let end = emptyChain;
  return (await cluster.readAll(topic)).map(({ value }) => {
    const read = followChain(value, end);
    assert.ok(read.ok, read.ok ? "" : read.why);
    end = read.end;
    return read.action.what;
  });
}

const textsIn = async (cluster: TestCluster, topic: string) =>
  (await actionsIn(cluster, topic)).map((what) =>
    what.kind === "note" ? what.text : what.kind
  );

/** A client whose every transaction ends as `end` has it, and of whose senders each lasts for so many. */
function whose(
  kafka: KafkaClient,
  end: (write: () => Promise<void>) => Promise<void>,
  lasts = Infinity,
): KafkaClient {
  return {
    ...kafka,
    async openTransactional(...given): Promise<TransactionalSender> {
      const sender = await kafka.openTransactional(...given);
      let left = lasts;
      return {
        isInUse: sender.isInUse,
        get isSpent() {
          return left === 0;
        },
        transact: (...all) => sender.transact(...all),
        close: () => sender.close(),
        write(records) {
          assert.ok(left-- > 0, "a sender that is spent is not written with");
          return end(() => sender.write(records));
        },
      };
    },
  };
}

test("what was written is known to whoever decides next, at once", async () => {
  await using world = await opened();
  const { log, count } = await world.desk();
  for (let n = 0; n < 10; n++) {
    const isWritten = await log.write(by, async () => {
      assert.equal(await count(), n);
      return noted(`${n}`);
    });
    assert.ok(isWritten);
    assert.equal(await count(), n + 1, "it has taken effect");
  }
  assert.equal((await actionsIn(world.cluster, world.topic)).length, 10);
});

test("actions and the records that they send are written together", async () => {
  await using world = await opened();
  const { log } = await world.desk();
  const record = (n: number) => ({
    topic: world.output,
    key: null,
    value: Buffer.from(`${n}`),
    headers: [],
  });
  await log.write(by, () =>
    Promise.resolve({
      actions: [...noted("one").actions, ...noted("two").actions],
      records: [record(1), record(2)],
    }));
  assert.deepEqual(await textsIn(world.cluster, world.topic), ["one", "two"]);
  const sent = await world.cluster.readAll(world.output);
  assert.deepEqual(sent.map(({ value }) => `${value}`).sort(), ["1", "2"]);
});

test("two desks with one id fence each other, go on, and do each thing once", async () => {
  await using world = await opened();
  const desks = [await world.desk(), await world.desk()];
  const all: string[] = [];
  for (let n = 0; n < 6; n++) {
    for (const [which, { log }] of desks.entries()) {
      const text = `${which}:${n}`;
      all.push(text);
      await log.write(by, () => Promise.resolve(noted(text)));
    }
  }
  // At the same time: which comes first is open, that each comes once is not.
  await Promise.all(desks.map(({ log }, which) => {
    const text = `${which}:at once`;
    all.push(text);
    return log.write(by, () => Promise.resolve(noted(text)))
      .catch((error) => {
        // Fenced three times in a row: nothing was written, or it takes effect when it is read.
        assert.ok(error instanceof Error);
      });
  }));
  for (const { log } of desks) await log.catchUp();
  const texts = await textsIn(world.cluster, world.topic);
  assert.equal(new Set(texts).size, texts.length, "each once");
  assert.deepEqual(
    texts.filter((text) => !text.endsWith("once")),
    all.filter((text) => !text.endsWith("once")),
  );
  for (const { count } of desks) assert.equal(await count(), texts.length);
});

test("if it is not known whether a transaction was committed, nothing is done twice", async () => {
  await using world = await opened();
  let failures = 0;
  const kafka = whose(world.cluster.kafka, async (write) => {
    if (failures++ % 2 === 1) return await write();
    if (failures % 4 === 1) await write();
    throw new TransientError("no answer");
  });
  const { log, count } = await world.desk({ kafka });
  for (const text of ["one", "two", "three", "four"]) {
    let asked = 0;
    const isWritten = await log.write(by, () => {
      asked++;
      return Promise.resolve(noted(text));
    });
    assert.ok(isWritten);
    assert.ok(asked <= 2);
  }
  assert.deepEqual(
    await textsIn(world.cluster, world.topic),
    ["one", "two", "three", "four"],
  );
  assert.equal(await count(), 4);
});

test("a sender that is spent is replaced before anything is decided", async () => {
  await using world = await opened();
  const kafka = whose(world.cluster.kafka, (write) => write(), 2);
  const { log } = await world.desk({ kafka });
  const texts = ["one", "two", "three", "four", "five"];
  let asked = 0;
  for (const text of texts) {
    await log.write(by, () => {
      asked++;
      return Promise.resolve(noted(text));
    });
  }
  assert.equal(asked, texts.length);
  assert.deepEqual(await textsIn(world.cluster, world.topic), texts);
});

test("nothing is done twice either if another desk of the same index has read it before", async () => {
  await using world = await opened();
  const other = await world.desk();
  let hasFailed = false;
  const kafka = whose(world.cluster.kafka, async (write) => {
    await write();
    if (hasFailed) return;
    hasFailed = true;
    await other.log.catchUp();
    throw new TransientError("no answer");
  });
  const { log } = await world.desk({ kafka, index: other.index });
  assert.ok(await log.write(by, () => Promise.resolve(noted("once"))));
  assert.deepEqual(await textsIn(world.cluster, world.topic), ["once"]);
});

test("whoever decides to do nothing, or fails, writes nothing, and others go on", async () => {
  await using world = await opened();
  const { log } = await world.desk();
  await assert.rejects(
    log.write(by, () => Promise.reject(new Error("not so"))),
    /^Error: not so$/,
  );
  assert.equal(await log.write(by, () => Promise.resolve(undefined)), false);
  assert.equal(await log.write(by, () => Promise.resolve(noted("x"))), true);
  assert.deepEqual(await textsIn(world.cluster, world.topic), ["x"]);
});

test("by a log that was tampered with nothing is done", async () => {
  await using world = await opened();
  const { log, count } = await world.desk();
  await log.write(by, () => Promise.resolve(noted("x")));
  const { cluster, topic } = world;
  const before = await cluster.readAll(topic);
  const sender = cluster.kafka.sender();
  const [first] = before;
  assert.ok(first);
  await sender.send([{ ...first }]);
  await sender.close();
  let isAsked = false;
  await assert.rejects(
    log.write(by, () => {
      isAsked = true;
      return Promise.resolve(noted("y"));
    }),
    (error: unknown) =>
      error instanceof FatalError &&
      /action 1 comes after action 1/.test(error.message),
  );
  assert.equal(isAsked, false);
  assert.equal((await cluster.readAll(topic)).length, before.length + 1);
  assert.equal(await count(), 1);
});
