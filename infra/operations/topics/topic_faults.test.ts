import assert from "node:assert/strict";
import { test } from "node:test";
import type { TopicSetting } from "#kafka/port.ts";
import { faultsOf, notesOf, unsafeSettings } from "./topic_faults.ts";

const contract = { maxMessageBytes: 4 * 1024 * 1024 };

/** As Kafka makes a topic of three replicas by default, but for what is given. */
function topic(
  changed: Readonly<Record<string, string>> = {},
  { replicas = 3, setBy = "topic" }: {
    replicas?: number;
    setBy?: TopicSetting["setBy"];
  } = {},
) {
  const settings: Record<string, TopicSetting> = Object.fromEntries(
    Object.entries({
      "cleanup.policy": "delete",
      "compression.type": "producer",
      "retention.bytes": "-1",
      "segment.bytes": "1073741824",
      "min.insync.replicas": "2",
      "unclean.leader.election.enable": "false",
    }).map(([name, value]) => [name, { value, setBy: "default" as const }]),
  );
  for (const [name, value] of Object.entries(changed)) {
    settings[name] = { value, setBy };
  }
  return { name: "raw", settings, replicas };
}

const unsafe = (...of: Parameters<typeof topic>) =>
  unsafeSettings(topic(...of), contract)
    .map(({ setting, from, to }) => `${setting} ${from} → ${to}`);

test("a topic as Kafka makes it on three brokers has no fault", () => {
  assert.deepEqual(unsafe(), []);
  assert.deepEqual(faultsOf(topic(), 3), []);
  assert.deepEqual(notesOf([topic()], 3), []);
});

test("each setting that can lose payments is found, and who has set it is said", () => {
  assert.deepEqual(unsafe({ "cleanup.policy": "compact" }), [
    "cleanup.policy compact → delete",
  ]);
  assert.deepEqual(
    unsafe({ "cleanup.policy": "compact" }, { setBy: "broker" }),
    [
      "cleanup.policy compact (the brokers' default) → delete",
    ],
  );
  assert.deepEqual(unsafe({ "retention.bytes": "1000000" }), [
    "retention.bytes 1000000 → -1",
  ]);
  assert.deepEqual(unsafe({ "unclean.leader.election.enable": "true" }), [
    "unclean.leader.election.enable true → false",
  ]);
  assert.deepEqual(unsafe({ "segment.bytes": "1048576" }), [
    "segment.bytes 1048576 → 1073741824",
  ]);
  assert.deepEqual(unsafe({ "min.insync.replicas": "1" }), [
    "min.insync.replicas 1 → 2",
  ]);
});

test("with fewer than three replicas it is not asked that two are in sync, as writing would stop with one broker", () => {
  for (const replicas of [1, 2]) {
    assert.deepEqual(unsafe({ "min.insync.replicas": "1" }, { replicas }), []);
  }
});

test("fewer replicas than there could be are a fault, on a lone broker they are not", () => {
  const one = topic({ "min.insync.replicas": "1" }, { replicas: 1 });
  assert.match(
    faultsOf(one, 3).join(),
    /^raw has 1 replica on 3 brokers, and should have 3: .*kafka-reassign-partitions/,
  );
  assert.match(faultsOf(one, 2).join(), /should have 2/);
  assert.deepEqual(faultsOf(one, 1), []);
  assert.match(notesOf([one], 1).join(), /^Kafka has 1 broker: /);
});

test("a topic that takes nothing, or nothing while a broker is away, is a fault that is left to a person", () => {
  const wants = (inSync: number, replicas: number) =>
    faultsOf(
      topic({ "min.insync.replicas": `${inSync}` }, { replicas }),
      replicas,
    )
      .join();
  assert.match(wants(2, 1), /raw takes nothing: it wants 2 replicas in sync/);
  assert.match(
    wants(3, 3),
    /nothing while one broker is away, .* lower min\.insync\.replicas to 2/,
  );
  assert.equal(wants(2, 3), "");
  assert.equal(wants(1, 1), "");
});

test("a topic that compresses by itself is said, and whether what it makes is read", () => {
  const note = (value: string) =>
    notesOf([topic({ "compression.type": value })], 3).join();
  assert.match(note("lz4"), /raw compresses with lz4, .*EventFlow reads that/);
  assert.match(note("brotli"), /EventFlow cannot read that/);
  assert.equal(note("uncompressed"), "");
});
