import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { TransientError } from "../errors.ts";
import type { OutgoingRecord, RecordSender } from "./port.ts";
import { Publisher, type PublisherLimits, sizeOf } from "./publisher.ts";

const record = (text: string): OutgoingRecord => ({
  topic: "t",
  key: null,
  value: Buffer.from(text),
  headers: [],
});

/** A sender whose sends end when the test says so. */
function heldSender() {
  const sends: {
    values: string[];
    succeed: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const sender: RecordSender = {
    send(records) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const values = records.map(({ value }) => `${value}`);
      sends.push({ values, succeed: resolve, fail: reject });
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
) {
  return new Publisher({
    sender,
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

test("a record's size is that of its key, value and headers", () => {
  const headers = [{ name: "ab", value: Buffer.from("cde") }];
  const key = Buffer.from("k");
  assert.equal(sizeOf({ ...record("1234"), key, headers }), 10);
});
