import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import { Queue } from "#runtime/queue.ts";
import type { OutgoingRecord, RecordSender } from "./port.ts";
import { TooLargeError, UnsentError } from "./write_errors.ts";
import {
  Publisher,
  type PublisherLimits,
  type Sent,
  sizeOf,
} from "./publisher.ts";

const record = (text: string): OutgoingRecord => ({
  topic: "t",
  key: null,
  value: Buffer.from(text),
  headers: [],
});

/** A sender whose sends end when the test says so. */
function heldSender() {
  const sends: {
    records: readonly OutgoingRecord[];
    values: string[];
    succeed: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const sender: RecordSender = {
    send(records) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const values = records.map(({ value }) => `${value}`);
      sends.push({ records, values, succeed: resolve, fail: reject });
      return promise;
    },
    close: () => Promise.resolve(),
  };
  return { sender, sends };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function publisher(
  sender: RecordSender,
  limits: Partial<PublisherLimits> = {},
  onSent: (sent: Sent) => void = () => {},
) {
  return new Publisher({
    sender,
    onSent,
    limits: {
      maxQueuedBytes: 1_000,
      maxBatchBytes: 100,
      timeoutMs: 60_000,
      ...limits,
    },
  });
}

test("what arrives during a send goes out together, in order, one send at a time", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender);
  const first = queue.publish(record("1"));
  await turn();
  const later = ["2", "3", "4"].map((text) => queue.publish(record(text)));
  await turn();
  assert.deepEqual(sends.map(({ values }) => values), [["1"]]);
  sends[0]?.succeed();
  await first;
  await turn();
  assert.deepEqual(sends.map(({ values }) => values), [["1"], ["2", "3", "4"]]);
  sends[1]?.succeed();
  await Promise.all(later);
  assert.equal(queue.queuedBytes, 0);
});

test("a failed send fails its own records and no others", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender);
  const first = queue.publish(record("1"));
  await turn();
  const second = queue.publish(record("2"));
  sends[0]?.fail(new TransientError("away"));
  await assert.rejects(first, TransientError);
  await turn();
  sends[1]?.succeed();
  await second;
});

test("a batch stays below its bytes, and a larger record goes alone", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender);
  const texts = ["a".repeat(60), "b".repeat(60), "c".repeat(300), "d"];
  const all = texts.map((text) => queue.publish(record(text)));
  for (let sent = 0; sent < 4; sent++) {
    await turn();
    sends[sent]?.succeed();
  }
  await Promise.all(all);
  assert.deepEqual(
    sends.map(({ values }) => values),
    texts.map((one) => [one]),
  );
});

test("a full queue refuses at once and takes again when there is room", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender, { maxQueuedBytes: 10 });
  const first = queue.publish(record("x".repeat(10)));
  await assert.rejects(queue.publish(record("y")), { name: "QueueFullError" });
  await turn();
  sends[0]?.succeed();
  await first;
  const second = queue.publish(record("y"));
  await turn();
  sends[1]?.succeed();
  await second;
});

test("a send that hangs times out for its caller, but its bytes count until it ends", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender, { timeoutMs: 1 });
  const [flying, waiting] = [
    queue.publish(record("1")),
    turn().then(() => queue.publish(record("22"))),
  ];
  await assert.rejects(flying, { name: "PublishTimeoutError" });
  await assert.rejects(waiting, { name: "PublishTimeoutError" });
  assert.equal(queue.queuedBytes, 1);
  sends[0]?.succeed();
  await queue.close();
  assert.equal(queue.queuedBytes, 0);
  assert.deepEqual(sends.map(({ values }) => values), [["1"]]);
});

test("records that were written are acknowledged beside those that were not", async () => {
  const { sender, sends } = heldSender();
  const told: unknown[] = [];
  const queue = publisher(sender, {}, ({ error }) => told.push(error));
  const all = ["written", "too large", "written too"]
    .map((text) => queue.publish(record(text)));
  await turn();
  const [, large] = sends[0]?.records ?? [];
  assert.ok(large);
  const tooLarge = new TooLargeError({ topic: "t", bytes: 9 }, {});
  sends[0]?.fail(new UnsentError(new Map([[large, tooLarge]])));
  const ends = await Promise.allSettled(all);
  assert.deepEqual(ends.map(({ status }) => status), [
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  await assert.rejects(all[1] ?? Promise.resolve(), tooLarge);
  assert.equal(queue.queuedBytes, 0);
  // Kafka did answer.
  assert.deepEqual(told, [undefined]);
});

/**
 * Steps taken over lists while `run` lasts, however fast the machine is: one for each item that an Array
 * searches or moves, and for each time that a queue is asked.
 */
async function stepsOf(run: () => Promise<void>): Promise<number> {
  let steps = 0;
  const restore: (() => void)[] = [];
  const count = (
    of: object,
    name: string,
    costs: (length: number, args: unknown[]) => number,
  ) => {
    const method = Reflect.get(of, name);
    restore.push(() => void Reflect.set(of, name, method));
    Reflect.set(of, name, function (this: unknown[], ...args: unknown[]) {
      steps += costs(this.length, args);
      return Reflect.apply(method, this, args);
    });
  };
  for (const name of ["indexOf", "includes", "find", "findIndex", "filter"]) {
    count(Array.prototype, name, (length) => length);
  }
  for (const name of ["shift", "unshift"]) {
    count(Array.prototype, name, (length) => length);
  }
  count(Array.prototype, "splice", (length, [at]) => length - Number(at));
  for (const name of ["push", "shift", "remove"]) {
    count(Queue.prototype, name, () => 1);
  }
  try {
    await run();
  } finally {
    for (const one of restore) one();
  }
  return steps;
}

test("while the broker hangs, 8 times the records take 8 times the steps, not 64 times", async () => {
  /** Publishes so many, a quarter of which are in flight, and waits until all are given up. */
  const hanging = (count: number) =>
    stepsOf(async () => {
      const { sender } = heldSender();
      const queue = publisher(sender, {
        timeoutMs: 1,
        maxQueuedBytes: count,
        maxBatchBytes: count / 4,
      });
      const all = await Promise.allSettled(
        Array.from({ length: count }, () => queue.publish(record("x"))),
      );
      assert.ok(all.every(({ status }) => status === "rejected"));
      assert.equal(queue.queuedBytes, count / 4);
    });
  const [few, many] = [await hanging(1_000), await hanging(8_000)];
  assert.ok(many < 10 * few, `${few} steps for 1,000, ${many} for 8,000`);
});

test("closing waits for everything that was taken", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender);
  const published = queue.publish(record("1"));
  await turn();
  let closed = false;
  const closing = queue.close().then(() => closed = true);
  await turn();
  assert.equal(closed, false);
  sends[0]?.succeed();
  await Promise.all([published, closing]);
});

/** Longer than any test: what goes on before has not waited for it. */
const FOREVER_MS = 600_000;

/** A queue whose next send keeps its distance from one of two records, which has ended. */
async function keepingDistance(limits: Partial<PublisherLimits> = {}) {
  const { sender, sends } = heldSender();
  const queue = publisher(sender, { spacingMs: FOREVER_MS, ...limits });
  const both = ["1", "2"].map((text) => queue.publish(record(text)));
  await turn();
  sends[0]?.succeed();
  await Promise.all(both);
  return { queue, sends };
}

test("records that come one after another do not wait, whatever the spacing", async () => {
  const { sender, sends } = heldSender();
  const queue = publisher(sender, { spacingMs: FOREVER_MS });
  for (let sent = 0; sent < 3; sent++) {
    const one = queue.publish(record(`${sent}`));
    await turn();
    sends[sent]?.succeed();
    await one;
  }
  assert.deepEqual(sends.map(({ values }) => values), [["0"], ["1"], ["2"]]);
});

test("after a send of several records the next keeps its distance, until sixteen wait", async () => {
  const { queue, sends } = await keepingDistance();
  const texts = Array.from({ length: 16 }, (_, index) => `${index}`);
  const first = texts.slice(0, 15).map((text) => queue.publish(record(text)));
  await turn();
  assert.equal(sends.length, 1);
  const last = queue.publish(record("15"));
  await turn();
  assert.deepEqual(sends[1]?.values, texts);
  sends[1]?.succeed();
  await Promise.all([...first, last]);
  await queue.close();
});

test("a batch of all the bytes that go together keeps no distance", async () => {
  const { queue, sends } = await keepingDistance({ maxBatchBytes: 100 });
  const small = queue.publish(record("x"));
  await turn();
  assert.equal(sends.length, 1);
  const large = queue.publish(record("y".repeat(99)));
  await turn();
  assert.equal(sends[1]?.records.length, 2);
  sends[1]?.succeed();
  await Promise.all([small, large]);
  await queue.close();
});

test("the distance ends by itself", async () => {
  const { queue, sends } = await keepingDistance({ spacingMs: 2 });
  const next = queue.publish(record("3"));
  while (sends.length < 2) await turn();
  sends[1]?.succeed();
  await next;
});

test("a record that waits for the distance is late in time, and is not sent any more", async () => {
  const { queue, sends } = await keepingDistance({ timeoutMs: 20 });
  await assert.rejects(queue.publish(record("3")), {
    name: "PublishTimeoutError",
  });
  assert.equal(queue.queuedBytes, 0);
  await queue.close();
  assert.equal(sends.length, 1);
});

test("closing ends the distance, and waits for what was sent then", async () => {
  const { queue, sends } = await keepingDistance();
  const waiting = queue.publish(record("3"));
  await turn();
  const closing = queue.close();
  await turn();
  assert.deepEqual(sends[1]?.values, ["3"]);
  sends[1]?.succeed();
  await Promise.all([waiting, closing]);
});

test("a record's size is that of its key, value and headers", () => {
  const headers = [{ name: "ab", value: Buffer.from("cde") }];
  const key = Buffer.from("k");
  assert.equal(sizeOf({ ...record("1234"), key, headers }), 10);
});
