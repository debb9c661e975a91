import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { cpuSeconds, measureUsage, memoryOf, residentBytes } from "./usage.ts";

const isLinux = process.platform === "linux";
const skip = isLinux ? false : "only Linux keeps the account";

test("processor time is that of a process and of its children that have ended", () => {
  const stat = statOf("postgres", { utime: 150, stime: 50, of: [200, 100] });
  assert.equal(cpuSeconds(stat), 5);
});

test("a process may have spaces and parentheses in its name", () => {
  const times = { utime: 7, stime: 0, of: [0, 0] } as const;
  assert.equal(cpuSeconds(statOf("io worker 1) (x", times)), 0.07);
});

test("memory is what a process holds for itself, and what it may share", () => {
  const status =
    "Name:\tpostgres\nVmRSS:\t    1100 kB\nRssAnon:\t     100 kB\nRssFile:\t     400 kB\nRssShmem:\t     600 kB\n";
  assert.deepEqual(memoryOf(status), { own: 102_400, shared: 1_024_000 });
});

test("what a family of processes shares counts once", () => {
  const family = [{ own: 1, shared: 100 }, { own: 2, shared: 40 }, {
    own: 3,
    shared: 0,
  }];
  assert.equal(residentBytes(family), 106);
  assert.equal(residentBytes([]), 0);
});

test(
  "the usage of a process that runs throughout is measured",
  { skip },
  async () => {
    const { value, usage } = await measureUsage(
      { own: process.pid, gone: 2 ** 30 },
      () => {
        // Of the processor's time, not the clock's: on a busy machine one may have none of it for long.
        const { user } = process.cpuUsage();
        while (process.cpuUsage().user < user + 50_000);
        return Promise.resolve("done");
      },
    );
    assert.equal(value, "done");
    assert.deepEqual(Object.keys(usage), ["own"]);
    assert.ok((usage.own?.cpuSeconds ?? 0) >= 0.02);
    assert.ok((usage.own?.lastBytes ?? 0) > 1_000_000);
    assert.ok((usage.own?.peakBytes ?? 0) >= (usage.own?.lastBytes ?? 0));
  },
);

test("work that fails is measured no further", async () => {
  const fail = () => Promise.reject(new Error("no"));
  await assert.rejects(measureUsage({ own: process.pid }, fail), /^Error: no$/);
});

/** As `/proc/PID/stat` has it, with times in ticks. */
function statOf(
  name: string,
  { utime, stime, of: [cutime, cstime] }: {
    readonly utime: number;
    readonly stime: number;
    readonly of: readonly [number, number];
  },
): string {
  return `4711 (${name}) S 1 4711 4711 0 -1 4194560 900 80 0 0 ${utime} ${stime} ${cutime} ${cstime} 20 0 1 0 99 1 1\n`;
}
