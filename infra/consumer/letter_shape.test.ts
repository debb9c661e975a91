import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  DeadLetter,
  DeadLetterCore,
  type LeftOut,
} from "#contracts/dead_letter.ts";
import { topics } from "#contracts/topics.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { deadLetterOf } from "./dead_letter.ts";

type Sizes = { key?: number; value?: number; header?: number };

const recordOf = (
  { key = 5, value = 500, header = 5 }: Sizes,
): ReceivedRecord => ({
  topic: "events.raw",
  partition: 2,
  offset: 41,
  timestampMs: 0,
  key: Buffer.alloc(key, "k"),
  value: Buffer.alloc(value, "v"),
  headers: [{ name: "a", value: Buffer.alloc(header, "h") }],
});

function letterOf(record: ReceivedRecord, maxBytes?: number, reason = "why") {
  const outgoing = deadLetterOf(record, {
    topic: "dlq",
    service: "validator-service",
    rejection: {
      code: "too_large",
      message: reason,
      issues: [{ path: "payload", message: reason }],
    },
    attempts: 1,
    at: new Date("2026-01-02T03:04:05Z"),
    maxBytes,
  });
  const letter = DeadLetter.parse(JSON.parse(`${outgoing.value}`));
  return { outgoing, letter, bytes: sizeOf(outgoing) };
}

/** What stands for some bytes. */
const named = (bytes: Buffer): LeftOut => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

test("a letter is as large as it may be, or the least there is; each part is in it or named by its hash", () => {
  const size = fc.integer({ min: 0, max: 3_000 });
  const sizes = fc.record({ key: size, value: size, header: size });
  const most = fc.integer({ min: 0, max: 20_000 });
  fc.assert(fc.property(sizes, most, (sizes, maxBytes) => {
    const record = recordOf(sizes);
    const { letter: { original, event }, outgoing, bytes } = letterOf(
      record,
      maxBytes,
    );
    assert.ok(bytes <= maxBytes || bytes === letterOf(record, 0).bytes);
    const { key_base64, value_base64, headers, left_out } = original;
    const headersJson = JSON.stringify(
      record.headers.map(({ name, value }) => ({
        name,
        value_base64: value.toString("base64"),
      })),
    );
    const parts = [
      [record.key, key_base64, left_out?.key],
      [record.value, value_base64, left_out?.value],
      [
        Buffer.from(headersJson),
        headers && Buffer.from(JSON.stringify(headers)).toString("base64"),
        left_out?.headers,
      ],
    ] as const;
    for (const [part, base64, leftOut] of parts) {
      assert.ok(part !== null);
      if (base64 === undefined) assert.deepEqual(leftOut, named(part));
      else assert.equal(base64, part.toString("base64"));
    }
    if (key_base64 !== undefined) assert.deepEqual(outgoing.key, record.key);
    if (value_base64 === undefined) {
      const { value } = sizes;
      assert.equal(event, `(${value} bytes, only in events.raw/2/41)`);
    }
  }));
});

test("to show the original is done without first, then its largest part", () => {
  const record = recordOf({ value: 2_000, header: 3_000 });
  const leftOutAt = (maxBytes: number) => {
    const { letter, bytes } = letterOf(record, maxBytes);
    const { left_out = {} } = letter.original;
    return { leftOut: Object.keys(left_out), event: letter.event, bytes };
  };
  const whole = leftOutAt(100_000);
  assert.equal(whole.event, `${record.value}`);
  const unshown = leftOutAt(whole.bytes - 1);
  assert.deepEqual(unshown.leftOut, []);
  assert.equal(
    unshown.event,
    "(2000 bytes, only in original.value_base64)",
  );
  const first = leftOutAt(unshown.bytes - 1);
  assert.deepEqual(first.leftOut, ["headers"]);
  assert.deepEqual(leftOutAt(first.bytes - 1).leftOut.sort(), [
    "headers",
    "value",
  ]);
});

test("a letter of the least shape fits into 2.5 kB, whatever its record and its reason", () => {
  const sizes = { key: 1_000_000, value: 1_000_000, header: 1_000_000 };
  const topic = "t".repeat(249);
  const reason = "\u0001".repeat(100_000);
  const { bytes, letter, outgoing } = letterOf(
    { ...recordOf(sizes), topic },
    2_500,
    reason,
  );
  assert.ok(bytes <= 2_500, `${bytes} bytes`);
  assert.equal(DeadLetterCore.parse(letter).source_topic, topic);
  assert.deepEqual(outgoing.headers.map(({ name }) => name), [
    "eventflow-failed-service",
    "eventflow-error-code",
  ]);
});

test("what does not fit into the dead-letter topic is left out without being tried", () => {
  const value = topics.deadLetters.maxMessageBytes;
  const { letter, bytes } = letterOf(recordOf({ value }));
  assert.equal(letter.original.left_out?.value?.bytes, value);
  assert.equal(letter.original.key_base64, "a2tra2s=");
  assert.ok(bytes < 2_000);
});

test("letters of a key that is left out have one key", () => {
  const keyAt = (offset: number) =>
    letterOf({ ...recordOf({ key: 5_000 }), offset }, 3_000).outgoing.key;
  assert.equal(keyAt(1)?.length, 32);
  assert.deepEqual(keyAt(1), keyAt(2));
});

test("a part that is absent and not named is no dead letter's", () => {
  const { letter } = letterOf(recordOf({}));
  const { value_base64: _, ...original } = letter.original;
  assert.equal(DeadLetter.safeParse({ ...letter, original }).success, false);
});
