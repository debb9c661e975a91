import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { describeError } from "#runtime/errors.ts";
import { moduleFlags } from "#runtime/module_flags.ts";
import { repositoryRoot } from "../stack/home.ts";
import type { Deeds } from "./assault.ts";
import { loopbackTarget } from "./loopback.ts";

/** What the attacker's process is told. */
export const AssaultOptions = z.object({
  attack: z.string(),
  /** Of the intake. */
  url: z.string(),
  seconds: z.number().positive(),
});
export type AssaultOptions = z.infer<typeof AssaultOptions>;

const Deeds = z.object({
  connections: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  answers: z.record(z.string(), z.number()),
});

const program = fileURLToPath(new URL("assailant.ts", import.meta.url));
/** Beyond its time, to start and to end. */
const GRACE_SECONDS = 20;

/**
 * Attacks from a process of its own.
 *
 * @param stopping ends it when it is aborted, and what it has done is then unknown
 * @throws {Error} where the target is not loopback, or the process fails
 */
export async function sendAssault(
  options: AssaultOptions,
  stopping: AbortSignal,
): Promise<Deeds | undefined> {
  const { host, port } = loopbackTarget(options.url);
  const output = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, [
      "run",
      ...moduleFlags,
      "--no-prompt",
      `--allow-net=${host.includes(":") ? `[${host}]` : host}:${port}`,
      "--allow-sys=setPriority",
      program,
      JSON.stringify(options),
    ], {
      cwd: repositoryRoot,
      signal: stopping,
      killSignal: "SIGKILL",
      timeout: (options.seconds + GRACE_SECONDS) * 1_000,
    }, (cause, stdout, stderr) => {
      if (cause === null || stopping.aborted) return resolve(stdout);
      const reason = stderr.trim() || describeError(cause);
      reject(new Error(`${options.attack} failed: ${reason}`, { cause }));
    })
  );
  return stopping.aborted ? undefined : Deeds.parse(JSON.parse(output));
}
