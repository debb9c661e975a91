import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describeError } from "#runtime/errors.ts";
import { repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";
import { type LoadOptions, LoadResult } from "./options.ts";

const program = fileURLToPath(new URL("main.ts", import.meta.url));

/**
 * Sends load from a process of its own, which shares no event loop with whoever measures.
 *
 * @param stopping ends it when it is aborted
 * @throws {Error} if a connection breaks, or any request is not answered with 202
 */
export async function sendLoad(
  options: LoadOptions,
  stopping: AbortSignal,
): Promise<LoadResult> {
  const output = await new Promise<string>((resolve, reject) =>
    execFile(bunProgram, [program, JSON.stringify(options)], {
      cwd: repositoryRoot,
      signal: stopping,
    }, (cause, stdout, stderr) => {
      if (cause === null) return resolve(stdout);
      const reason = /^error: .*$/m.exec(stderr)?.[0] ?? describeError(cause);
      reject(new Error(`The load generator failed: ${reason}`, { cause }));
    })
  );
  const result = LoadResult.parse(JSON.parse(output));
  const others = Object.entries(result.statuses)
    .filter(([status]) => status !== "202")
    .map(([status, times]) => `${times} × ${status}`);
  if (others.length > 0) {
    throw new Error(
      `Every request must be answered with 202: other answers were ${
        others.join(", ")
      }`,
    );
  }
  return result;
}
