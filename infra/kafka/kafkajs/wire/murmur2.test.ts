import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import kafkajs from "kafkajs";
import { murmur2 } from "./murmur2.ts";

test("keys come to what Java's own tests say", () => {
  // UtilsTest.testMurmur2, Kafka 4
  const expected = {
    "21": -973932308,
    foobar: -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
  };
  for (const [key, hash] of Object.entries(expected)) {
    assert.equal(murmur2(Buffer.from(key)), hash, key);
  }
});

test("any key falls where kafkajs puts it", () => {
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 97 }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const key = Buffer.from(bytes);
    const message = { key, value: null };
    assert.equal(
      (murmur2(key) & 0x7fffffff) % 97,
      choose({ topic: "t", partitionMetadata, message }),
    );
  }));
});
