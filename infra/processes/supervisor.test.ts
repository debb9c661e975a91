import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { Holds } from "./holds.ts";
import { stackHome } from "#local/home.ts";
import { PidFiles } from "./pid_files.ts";
import { sendSignal } from "./process_table.ts";
import { type Job, Supervisor, type SupervisorOptions } from "./supervisor.ts";

test("a job that dies is restarted, later each time", async (t) => {
  const attempts: number[] = [];
  const { supervisor, said } = await setUp(t, {
    restartDelayMs: (attempt) => {
      attempts.push(attempt);
      return 0;
    },
  });
  await supervisor.start(shell("flaky", "exit 3", { isReady: yes }));
  await until(() => attempts.length >= 3);
  assert.deepEqual(attempts.slice(0, 3), [0, 1, 2]);
  assert.match(
    said[0] ?? "",
    /^flaky ended \(exit code 3\), restarting in 0\.0 s/,
  );
});

test("a death long after the last one is waited for as the first", async (t) => {
  const attempts: number[] = [];
  const { supervisor } = await setUp(t, {
    settledMs: -1,
    restartDelayMs: (attempt) => {
      attempts.push(attempt);
      return 0;
    },
  });
  await supervisor.start(shell("flaky", "exit 3", { isReady: yes }));
  await until(() => attempts.length >= 3);
  assert.deepEqual(attempts.slice(0, 3), [0, 0, 0]);
});

test("a job killed from outside is restarted as another process, and what it left behind ends", async (t) => {
  const { supervisor, said, pids, home } = await setUp(t, {
    restartDelayMs: () => 0,
  });
  const grandchild = join(home.root, "grandchild");
  const script = `test -e ${grandchild} && exec sleep 600
    sleep 600 & echo $! > ${grandchild}; wait`;
  await supervisor.start(
    shell("worker", script, { isReady: () => isWritten(grandchild) }),
  );
  const first = await pids.find("worker");
  sendSignal(first?.pid ?? 0, "SIGKILL");
  await until(() => said.includes("worker restarted"));
  assert.match(said[0] ?? "", /^worker ended \(SIGKILL\)/);
  const second = await pids.find("worker");
  assert.notEqual(first?.pid, second?.pid);
  const left = Number(await readFile(grandchild, "utf8"));
  await until(() => !sendSignal(left, 0));
});

test("a job that a person has stopped is left so until that person starts it", async (t) => {
  const { supervisor, said, pids, home } = await setUp(t, {
    restartDelayMs: () => 0,
  });
  const holds = new Holds(home.held);
  await supervisor.start(shell("worker", "sleep 600; true", { isReady: yes }));
  const first = await pids.find("worker");
  await holds.hold("worker");
  await pids.end("worker", 5_000);
  await until(() => said.length > 0);
  assert.deepEqual(said, [
    'worker was stopped by hand: "deno task start worker" starts it again',
  ]);
  assert.equal(await pids.find("worker"), undefined);

  await holds.release("worker");
  await until(() => said.includes("worker restarted"));
  assert.notEqual((await pids.find("worker"))?.pid, first?.pid);
});

test("a stack that stops does not wait for a job that a person has stopped", async (t) => {
  const { supervisor, said, pids, home } = await setUp(t);
  await supervisor.start(shell("worker", "sleep 600; true", { isReady: yes }));
  await new Holds(home.held).hold("worker");
  await pids.end("worker", 5_000);
  await until(() => said.length > 0);
  await supervisor.stop();
  assert.equal(await pids.find("worker"), undefined);
});

test("jobs stop in the reverse order of their start", async (t) => {
  const { supervisor, said } = await setUp(t);
  for (const name of ["first", "second", "third"]) {
    await supervisor.start(shell(name, "sleep 600", { isReady: yes }));
  }
  await supervisor.stop();
  const stopped = said.map((line) => line.split(" ").slice(0, 2).join(" "));
  assert.deepEqual(stopped, [
    "Stopped third",
    "Stopped second",
    "Stopped first",
  ]);
});

test("a job that ignores the request to stop is killed, and all it started", async (t) => {
  const { supervisor, said, pids, home } = await setUp(t);
  const grandchild = join(home.root, "grandchild");
  await supervisor.start(shell(
    "deaf",
    `trap '' TERM; sleep 600 & echo $! > ${grandchild}; while :; do wait; done`,
    { isReady: () => isWritten(grandchild), stopDeadlineMs: 100 },
  ));
  const pid = (await pids.find("deaf"))?.pid ?? 0;
  await supervisor.stop();
  assert.match(said[0] ?? "", /^Killed deaf: it had not stopped/);
  assert.equal(sendSignal(pid, 0), false);
  const left = Number(await readFile(grandchild, "utf8"));
  await until(() => !sendSignal(left, 0));
});

test("a job that dies before it is ready fails the start with the end of its log", async (t) => {
  const { supervisor } = await setUp(t);
  const job = shell("broken", "echo no such table; exit 78", { isReady: no });
  await assert.rejects(
    supervisor.start(job),
    /broken ended at its start \(exit code 78\): no such table \(log: .*broken\.log\)/,
  );
});

test("a job that is not ready in time fails the start with what it says of that", async (t) => {
  const { supervisor } = await setUp(t);
  const job = shell("waiting", "echo begun; sleep 600", {
    isReady: no,
    whyNotReady: () => Promise.resolve("joining the group"),
    startDeadlineMs: 100,
  });
  await assert.rejects(
    supervisor.start(job),
    /waiting is not ready after 0\.1 s: joining the group \(log: .*waiting\.log\)/,
  );
});

test("of a log in JSON lines the last error is quoted, not what came after it", async (t) => {
  const { supervisor } = await setUp(t);
  const script = `echo '{"level":"ERROR","message":"port taken"}'
    echo '{"level":"INFO","message":"Stopped"}'; exit 1`;
  await assert.rejects(
    supervisor.start(shell("broken", script, { isReady: no })),
    /\(exit code 1\): port taken \(log: /,
  );
});

test("a program that is missing fails the start by its name", async (t) => {
  const { supervisor } = await setUp(t);
  const command = { program: "no-such-program", args: [] };
  await assert.rejects(
    supervisor.start({ name: "missing", command, isReady: no }),
    /Cannot run no-such-program/,
  );
});

test("a stop while a job starts leaves no process", async (t) => {
  const { supervisor, pids } = await setUp(t);
  const starting = supervisor.start(
    shell("slow", "sleep 600", { isReady: no }),
  );
  await until(async () => await pids.find("slow") !== undefined);
  const pid = (await pids.find("slow"))?.pid ?? 0;
  await Promise.all([supervisor.stop(), starting]);
  assert.equal(sendSignal(pid, 0), false);
});

test("what an earlier run left behind is found by its pid file and ended", async (t) => {
  const { supervisor, pids } = await setUp(t);
  await supervisor.start(shell("orphan", "sleep 600", { isReady: yes }));
  const pid = (await pids.find("orphan"))?.pid ?? 0;
  assert.deepEqual(await pids.endAll(5_000), ["orphan"]);
  await until(() => !sendSignal(pid, 0));
});

test("a pid that belongs to another command by now is left alone", async (t) => {
  const { supervisor, pids, home } = await setUp(t);
  await supervisor.start(shell("mine", "sleep 600", { isReady: yes }));
  const path = join(home.pids, "mine.json");
  const note = JSON.parse(await readFile(path, "utf8"));
  await Deno.writeTextFile(
    path,
    JSON.stringify({ ...note, commandLine: "something else" }),
  );
  assert.deepEqual(await pids.endAll(100), []);
  assert.equal(sendSignal(note.pid, 0), true);
});

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

function shell(
  name: string,
  script: string,
  options: Omit<Job, "name" | "command">,
): Job {
  return { name, command: { program: "sh", args: ["-c", script] }, ...options };
}

async function setUp(t: TestContext, options: Partial<SupervisorOptions> = {}) {
  const said: string[] = [];
  const folder = await newFolder();
  const home = stackHome(folder);
  const supervisor = new Supervisor({
    home,
    say: (line) => said.push(line),
    ...options,
  });
  t.after(async () => {
    await supervisor.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { supervisor, said, home, pids: new PidFiles(home.pids) };
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "eventflow-supervisor-"));
}

async function isWritten(path: string): Promise<boolean> {
  return await readFile(path, "utf8").then((text) => text !== "", () => false);
}

async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!await condition()) await sleep(10);
}
