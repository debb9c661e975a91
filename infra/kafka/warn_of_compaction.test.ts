import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import type { TopicSettings } from "./port.ts";
import { warnOfCompaction } from "./warn_of_compaction.ts";

async function warned(policies: Record<string, string>): Promise<string[]> {
  const topics: string[] = [];
  await warnOfCompaction({
    topics: Object.keys(policies),
    log: {
      debug: () => {},
      warn: (_, { topic }) => topics.push(String(topic)),
    },
    admin: {
      topicSettings: () =>
        Promise.resolve(
          new Map<string, TopicSettings>(
            Object.entries(policies).map(([topic, value]) => [
              topic,
              { "cleanup.policy": { value, setBy: "broker" } },
            ]),
          ),
        ),
    },
  });
  return topics;
}

test("a topic that is compacted is said, whoever has set it and whatever else is done to it", async () => {
  const policies = { a: "delete", b: "compact", c: "compact,delete", d: "" };
  assert.deepEqual(await warned(policies), ["b", "c"]);
});

test("a service that may not ask for settings starts all the same", async () => {
  const debugged: string[] = [];
  await warnOfCompaction({
    topics: ["a"],
    log: {
      warn: () => assert.fail(),
      debug: (message) => debugged.push(message),
    },
    admin: {
      topicSettings: () => Promise.reject(new TransientError("not allowed")),
    },
  });
  assert.equal(debugged.length, 1);
});
