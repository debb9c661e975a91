import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { type Home, repositoryRoot } from "./home.ts";
import { installKafka } from "./kafka/install.ts";
import { requireJava } from "./kafka/java.ts";
import { bunProgram } from "./service_jobs.ts";

/**
 * Brings what the stack needs and the machine lacks.
 *
 * @throws {StartError} saying what a person must install
 */
export async function installMissing(
  home: Home,
  { say, stopping }: { say: (line: string) => void; stopping: AbortSignal },
): Promise<void> {
  await requireJava(say, stopping);
  await installPackages(say);
  if (!stopping.aborted) await installKafka(home.kafkaJars, say, stopping);
}

/** `deno task` brings most packages by itself; it leaves out what only their scripts make, as Bun. */
async function installPackages(say: (line: string) => void): Promise<void> {
  const run = promisify(execFile);
  const bunRuns = () =>
    run(bunProgram, ["--version"]).then(() => true, () => false);
  if (await bunRuns()) return;
  const began = Date.now();
  say("Fetching the npm packages, Bun among them (about 200 MB) …");
  const ended = await run(process.execPath, ["install"], {
    cwd: repositoryRoot,
  })
    .then(() => "", describeError);
  if (ended !== "" || !await bunRuns()) {
    throw new StartError(
      `The npm packages could not be installed: run "deno install" and see what it says. ${ended}`
        .trimEnd(),
    );
  }
  say(
    `Fetched the npm packages in ${Math.round((Date.now() - began) / 1000)} s.`,
  );
}
