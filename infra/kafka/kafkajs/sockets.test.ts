import assert from "node:assert/strict";
import { test } from "node:test";
import { hostBehind, withoutColons } from "./sockets.ts";

/** As kafkajs 2.2.4 does it. */
const readByKafkajs = (broker: string) => {
  const [host = "", port] = broker.split(":");
  return { host, port: Number(port) };
};

test("an IPv6 address comes back as it was, and any other is left as it is", () => {
  for (
    const [broker, host] of [
      ["[::1]:9092", "::1"],
      ["[2001:db8::ffff:10.0.0.1]:9092", "2001:db8::ffff:10.0.0.1"],
      ["b-1.example.com:9092", "b-1.example.com"],
      ["10.0.0.1:9092", "10.0.0.1"],
    ] as const
  ) {
    const read = readByKafkajs(withoutColons(broker));
    assert.equal(hostBehind(read.host), host);
  }
  assert.equal(readByKafkajs(withoutColons("[::1]:9092")).port, 9092);
});
