import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { connectionSettings, topicSettings } from "./settings.ts";

const brokers = (text: string) =>
  readConfig("test", connectionSettings, { KAFKA_BOOTSTRAP_SERVERS: text })
    .bootstrapServers;

test("a broker is a name, an IPv4 or a bracketed IPv6 address, with a port", () => {
  const all =
    "b-1.example.com:9092, 10.0.0.1:9093, [::1]:9094,[2001:db8::1]:9095";
  assert.deepEqual(brokers(all), [
    "b-1.example.com:9092",
    "10.0.0.1:9093",
    "[::1]:9094",
    "[2001:db8::1]:9095",
  ]);
  for (
    const wrong of [
      "::1:9092",
      "[::1]",
      "[::1]:",
      "[::1:9092",
      "[::g]:9092",
      "[1.2.3.4]:9092",
      "[fe80::1%eth0]:9092",
      "host:99999",
      "host",
      "ho st:9092",
      ",",
    ]
  ) {
    assert.throws(() => brokers(wrong), /KAFKA_BOOTSTRAP_SERVERS must /, wrong);
  }
});

test("a topic has a name that Kafka can have", () => {
  for (const wrong of ["a b", "a/b", "ä", ".", "..", "a".repeat(250)]) {
    assert.throws(
      () => readConfig("test", topicSettings, { EVENTFLOW_RAW_TOPIC: wrong }),
      /EVENTFLOW_RAW_TOPIC must be at most 249 letters/,
      wrong,
    );
  }
});
