import assert from "node:assert/strict";
import { test } from "node:test";
import { describeChange, planTopics } from "./topic_plan.ts";

const wanted = {
  name: "events.raw.v1",
  partitions: 3,
  retentionMs: 1000,
  maxMessageBytes: 500,
};
const asWanted = {
  name: wanted.name,
  partitions: 3,
  replicas: 1,
  settings: {},
  config: {
    "retention.ms": "1000",
    "max.message.bytes": "500",
    "message.timestamp.type": "LogAppendTime",
  },
};

test("a topic that is missing is to be created", () => {
  const [change, ...more] = planTopics([wanted], []);
  assert.deepEqual(change, { kind: "create", topic: wanted });
  assert.deepEqual(more, []);
});

test("a topic as wanted needs nothing", () => {
  assert.deepEqual(planTopics([wanted], [asWanted]), []);
});

test("what is above the contract, or without limit, stays", () => {
  const above = {
    ...asWanted,
    partitions: 12,
    config: {
      ...asWanted.config,
      "retention.ms": "-1",
      "max.message.bytes": "501",
    },
  };
  assert.deepEqual(planTopics([wanted], [above]), []);
});

test("a topic nobody wants stays", () => {
  const other = { ...asWanted, name: "other", partitions: 1, config: {} };
  assert.deepEqual(planTopics([wanted], [asWanted, other]), []);
});

test("raising a setting keeps what somebody else has set", () => {
  const lower = {
    ...asWanted,
    config: {
      "retention.ms": "999",
      "message.timestamp.type": "CreateTime",
      "segment.ms": "600000",
    },
  };
  const [change] = planTopics([wanted], [lower]);
  assert.deepEqual(change, {
    kind: "configure",
    name: "events.raw.v1",
    raised: [
      { setting: "retention.ms", from: "999", to: "1000" },
      { setting: "max.message.bytes", from: undefined, to: "500" },
      {
        setting: "message.timestamp.type",
        from: "CreateTime",
        to: "LogAppendTime",
      },
    ],
    config: {
      "retention.ms": "1000",
      "max.message.bytes": "500",
      "message.timestamp.type": "LogAppendTime",
      "segment.ms": "600000",
    },
  });
});

test("what can lose payments is put right, by whomever it was set, and what else is set is kept", () => {
  const [change] = planTopics([wanted], [{
    ...asWanted,
    config: { ...asWanted.config, "cleanup.policy": "compact,delete" },
    settings: {
      "cleanup.policy": { value: "compact,delete", setBy: "topic" },
      "unclean.leader.election.enable": { value: "true", setBy: "broker" },
    },
  }]);
  assert.equal(
    change && describeChange(change),
    "set on events.raw.v1: cleanup.policy from compact,delete to delete, unclean.leader.election.enable from true (the brokers' default) to false",
  );
  assert.deepEqual(change?.kind === "configure" && change.config, {
    ...asWanted.config,
    "cleanup.policy": "delete",
    "unclean.leader.election.enable": "false",
  });
});

test("a change reads as a sentence", () => {
  const [change] = planTopics([wanted], [{ ...asWanted, partitions: 1 }]);
  assert.equal(
    change && describeChange(change),
    "raise partitions of events.raw.v1 from 1 to 3",
  );
});
