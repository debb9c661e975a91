/**
 * Runs a test against a real Kafka as on a machine that has no Java and no Maven: they are taken off the path, and
 * the folder of what was fetched is a new one. If nothing can be fetched it says so, and that this was not checked.
 *
 * @module
 */
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { repositoryRoot } from "#local/home.ts";
import { interruption } from "#processes/interruption.ts";
import { runStep } from "./step.ts";

/** Starts Kafka and asks it for something. */
const TEST = "infra/operations/topics/topics.integration";
/** It only ends what hangs. */
const HOUR_MS = 60 * 60_000;
const TAKEN_AWAY = /^(?:java|javac|mvn|mvnDebug)$/;

/** Neither what this repository has nor what a user can do is at fault then. */
const UNREACHABLE = /\b\S+ cannot be reached \(.*\)/;

let code = 1;
const folder = await mkdtemp(join(tmpdir(), "eventflow-bare-"));
try {
  const programs = join(folder, "bin");
  await linkPrograms(programs);
  const { ok, output } = await runStep({
    name: "no java",
    program: process.execPath,
    args: ["task", "--quiet", "test", TEST],
    cwd: repositoryRoot,
    env: {
      PATH: programs,
      JAVA_HOME: "",
      EVENTFLOW_HOME: join(folder, "home"),
      // An engine would run a Kafka with a Java of its own.
      DOCKER_HOST: `unix://${join(folder, "none")}`,
    },
    deadlineMs: HOUR_MS,
  }, interruption());
  process.stdout.write(output);
  const unreachable = UNREACHABLE.exec(output)?.[0];
  if (unreachable) console.log(`Not checked: ${unreachable}`);
  code = ok || unreachable ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
// Signals are listened for until then.
process.exit(code);

/** Links every program of the path into a folder, but for those that are taken away. */
async function linkPrograms(into: string): Promise<void> {
  await mkdir(into);
  for (const place of process.env.PATH?.split(delimiter) ?? []) {
    for (const name of await readdir(place).catch(() => [])) {
      if (TAKEN_AWAY.test(name)) continue;
      // The first of a name counts.
      await symlink(join(place, name), join(into, name)).catch(() => {});
    }
  }
}
