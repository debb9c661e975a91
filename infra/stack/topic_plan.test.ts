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
  const other = { name: "other", partitions: 1, config: {} };
  assert.deepEqual(planTopics([wanted], [asWanted, other]), []);
});

test("raising a setting keeps what somebody else has set", () => {
  const lower = {
    ...asWanted,
    config: {
      "retention.ms": "999",
      "message.timestamp.type": "CreateTime",
      "cleanup.policy": "compact",
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
      "cleanup.policy": "compact",
    },
  });
});

test("a change reads as a sentence", () => {
  const [change] = planTopics([wanted], [{ ...asWanted, partitions: 1 }]);
  assert.equal(
    change && describeChange(change),
    "raise partitions of events.raw.v1 from 1 to 3",
  );
});
