import assert from "node:assert/strict";
import { test } from "node:test";
import { Readiness } from "#runtime/health.ts";
import { on } from "#kafka/access/rights.ts";
import type { Look } from "#kafka/await_kafka.ts";
import { PublishTimeoutError, QueueFullError } from "#kafka/publisher.ts";
import { silentLog } from "#runtime/log.ts";
import { BrokerWatch } from "./broker_watch.ts";

const found = (): Look => ({
  reachable: true,
  missing: [],
  lacking: [],
});
const away = (): Look => ({ reachable: false });

function watched() {
  const readiness = new Readiness();
  return { readiness, watch: new BrokerWatch({ readiness, log: silentLog() }) };
}

/** Runs the watch with these answers of Kafka, one a probe, and notes readiness before each. */
async function probed(
  looks: (() => Look)[],
  { readiness, watch }: ReturnType<typeof watched>,
) {
  const states: boolean[] = [];
  const end = new AbortController();
  await watch.run({
    look: () => {
      states.push(readiness.ready);
      const look = looks.shift();
      if (look === undefined) end.abort();
      return Promise.resolve(look?.() ?? found());
    },
    intervalMs: 1,
    timeoutMs: 10_000,
    signal: end.signal,
  });
  return states;
}

test("a failed send makes the service not ready until one succeeds", () => {
  const { readiness, watch } = watched();
  watch.sent({ error: new Error("away") });
  watch.sent({ error: new Error("away") });
  assert.ok(!readiness.ready);
  watch.sent({});
  assert.ok(readiness.ready);
});

test("an acknowledgement that does not come in time counts as a failed send", async () => {
  const { readiness, watch } = watched();
  await assert.rejects(watch.over(Promise.reject(new QueueFullError("full"))));
  assert.ok(readiness.ready);
  const late = Promise.reject(new PublishTimeoutError("late"));
  await assert.rejects(watch.over(late), PublishTimeoutError);
  assert.ok(!readiness.ready);
});

test("without traffic a probe finds a dead broker, a missing topic, and their return", async () => {
  const missing = (): Look => ({
    reachable: true,
    missing: ["a topic"],
    lacking: [],
  });
  const states = await probed([away, found, missing, found], watched());
  assert.deepEqual(states, [true, false, true, false, true]);
});

test("a right that is taken away makes the service not ready, and says which", async () => {
  const both = watched();
  const denied = (): Look => ({
    reachable: true,
    missing: [],
    lacking: [on("Topic", "raw", "Write", "keep what was taken in")],
  });
  let reasons = {};
  const seen = () => {
    ({ reasons } = both.readiness);
    return found();
  };
  const states = await probed([denied, seen], both);
  assert.deepEqual(states, [true, false, true]);
  assert.deepEqual(reasons, { kafka: "Kafka denies Write on Topic raw" });
});

test("a failed send is forgiven by a later probe", async () => {
  const both = watched();
  both.watch.sent({ error: new Error("away") });
  assert.deepEqual(await probed([found], both), [false, true]);
});

test("a send that fails during a probe weighs more than the probe's success", async () => {
  const both = watched();
  const look = () => {
    both.watch.sent({ error: new Error("away") });
    return found();
  };
  assert.deepEqual(await probed([look], both), [true, false]);
});

test("a probe that hangs makes the service not ready, and ends with the watch", async () => {
  const { readiness, watch } = watched();
  const end = new AbortController();
  const running = watch.run({
    look: () => new Promise(() => {}),
    intervalMs: 1,
    timeoutMs: 1,
    signal: end.signal,
  });
  while (readiness.ready) await new Promise((resolve) => setTimeout(resolve));
  end.abort();
  await running;
});
