import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { stackHome } from "#local/home.ts";
import { childrenOf, sendSignal } from "#processes/process_table.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { Chaos } from "./chaos.ts";
import type { PlannedFault } from "./schedule.ts";

const SLEEP = "exec sleep 600";
const isReady = () => Promise.resolve(true);
const mayBreak = isReady;
const untilOver = { isReady, mayBreak, stopping: new AbortController().signal };

test("a kill ends the process at once, and a restart as it asked for", async (t) => {
  for (const fault of ["kill", "restart"] as const) {
    const { chaos, ended, pid } = await setUp(t);
    const before = await pid();
    await chaos.run([plan({ fault })], untilOver);
    await until(async () => await pid() !== before);
    assert.deepEqual(ended, [fault === "kill" ? "SIGKILL" : "SIGTERM"]);
    assert.equal(chaos.faults[0]?.note === "", fault === "kill");
  }
});

test("an end is told from one that was not planned, each once", async (t) => {
  const { chaos } = await setUp(t);
  assert.equal(chaos.hasEnded("validator"), false);
  await chaos.run([plan({ fault: "kill" })], untilOver);
  assert.equal(chaos.hasEnded("validator"), true);
  assert.equal(chaos.hasEnded("validator"), false);
});

test("a pause stops a process and what it started, until the run is stopped", async (t) => {
  // The child has a session of its own, as PostgreSQL's have.
  const script = `setsid sleep 600 & ${SLEEP}`;
  const { chaos, pid } = await setUp(t, { script });
  const leader = await pid();
  await until(() => childrenOf(leader).length === 1);
  const family = [leader, ...childrenOf(leader)];
  t.after(() => family.forEach((one) => sendSignal(one, "SIGKILL")));
  const areAll = (state: string) => async () =>
    (await Promise.all(family.map(stateOf))).every((one) => one === state);

  const stopping = new AbortController();
  const run = chaos.run(
    [plan({ fault: "pause", durationSeconds: 600 })],
    { isReady, mayBreak, stopping: stopping.signal },
  );
  await until(areAll("T"));
  assert.equal(chaos.current.length, 1);
  stopping.abort();
  await run;
  await until(areAll("S"));
  assert.equal(chaos.current.length, 0);
});

test("a fault is over for the intake with the first request sent after it, of its own intake", async (t) => {
  let now = 0;
  const { chaos } = await setUp(t, { clock: () => now });
  await chaos.run([plan({ fault: "kill", target: "intake" })], untilOver);
  now = 7;
  chaos.accepted("intake", -1);
  chaos.accepted("intake-2", 6);
  assert.equal(chaos.faults[0]?.acceptedSeconds, undefined);
  chaos.accepted("intake", 6);
  now = 9;
  chaos.accepted("intake", 8);
  assert.equal(chaos.faults[0]?.acceptedSeconds, 7);
});

test("of three brokers one is broken at a time, each once the others have all that it has", async (t) => {
  const { chaos } = await setUp(t, { brokers: ["kafka-1", "kafka-2"] });
  const events: string[] = [];
  const isBack = Promise.withResolvers<void>();
  let asked = 0;
  const run = chaos.run(
    [plan({ target: "kafka-1" }), plan({ target: "kafka-2" })],
    {
      async isReady(target) {
        await isBack.promise;
        events.push(`${target} is back`);
        return true;
      },
      mayBreak(target) {
        asked++;
        events.push(`${target} ${asked % 2 === 0 ? "may" : "must not"}`);
        return Promise.resolve(asked % 2 === 0);
      },
      stopping: new AbortController().signal,
    },
  );
  await until(() => chaos.hasEnded("kafka-1"));
  assert.deepEqual(events, ["kafka-1 must not", "kafka-1 may"]);
  isBack.resolve();
  await run;
  assert.deepEqual(events.slice(2), [
    "kafka-1 is back",
    "kafka-2 must not",
    "kafka-2 may",
    "kafka-2 is back",
  ]);
});

test("a broker that the others cannot do without is left alone, and the report says so", async (t) => {
  let now = 0;
  const { chaos, ended } = await setUp(t, {
    brokers: ["kafka-1"],
    clock: () => now,
  });
  await chaos.run([plan({ target: "kafka-1" })], {
    ...untilOver,
    mayBreak() {
      now += 60;
      return Promise.resolve(false);
    },
  });
  assert.match(chaos.faults[0]?.note ?? "", /was needed by the others/);
  assert.deepEqual(ended, []);
});

async function setUp(
  t: TestContext,
  { script = SLEEP, brokers = [], clock = () => 0 }: {
    /** Run as the validator. */
    script?: string;
    brokers?: readonly string[];
    clock?: () => number;
  } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-chaos-"));
  const ended: string[] = [];
  const supervisor = new Supervisor({
    home: stackHome(folder),
    say: () => {},
    ended: (_name, how) => ended.push(how),
    restartDelayMs: () => 0,
  });
  t.after(async () => {
    await supervisor.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const job = (name: string, script: string) => ({
    name,
    command: { program: "sh", args: ["-c", script] },
    isReady,
  });
  await supervisor.start(
    job("validator", script),
    ...["intake", ...brokers].map((name) => job(name, SLEEP)),
  );
  const chaos = new Chaos({ supervisor, clock, say: () => {} });
  const pid = async () => (await supervisor.child("validator"))?.pid ?? 0;
  return { chaos, ended, pid };
}

function plan(change: Partial<PlannedFault>): PlannedFault {
  return {
    atSeconds: 0,
    target: "validator",
    fault: "kill",
    durationSeconds: 0,
    ...change,
  };
}

/** One letter, as in proc(5). */
async function stateOf(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return /^State:\s*(\w)/m.exec(status)?.[1];
}

async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!await condition()) await sleep(10);
}
