import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { describeError } from "#runtime/errors.ts";
import { moduleFlags } from "#runtime/module_flags.ts";
import { repositoryRoot } from "#local/home.ts";
import type { AttackResult } from "./attacker.ts";
import { loopbackTarget } from "./loopback.ts";

/** What the attacker's process is told. */
export const AttackerOptions = z.object({
  attack: z.string(),
  /** Of the intake. */
  url: z.string(),
  seconds: z.number().positive(),
});
export type AttackerOptions = z.infer<typeof AttackerOptions>;

const AttackResult = z.object({
  connections: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  answers: z.record(z.string(), z.number()),
});

/** What it prints when it waits to be told to begin. */
export const READY = "ready\n";

const program = fileURLToPath(new URL("attacker_process.ts", import.meta.url));
/** Beyond its time, to start and to end. */
const GRACE_SECONDS = 20;

/** An attacker's process that has started and does nothing until it is told to. */
export type AttackerProcess = {
  /**
   * Has it attack.
   *
   * @returns what it has done; undefined if it was stopped
   * @throws {Error} if it fails
   */
  readonly attack: () => Promise<AttackResult | undefined>;
};

/**
 * Starts a process of its own to attack from: a program that is loaded while signed webhooks are timed would
 * be no part of the attack.
 *
 * @param stopping ends it when it is aborted
 * @throws {Error} if the target is not loopback, or the process does not start
 */
export async function startAttacker(
  options: AttackerOptions,
  stopping: AbortSignal,
): Promise<AttackerProcess> {
  const { host, port } = loopbackTarget(options.url);
  const output = Promise.withResolvers<string>();
  // Whoever waits for it to start hears of it too.
  output.promise.catch(() => {});
  const child = execFile(process.execPath, [
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
  }, (cause, stdout, stderr) => {
    if (cause === null || stopping.aborted) return output.resolve(stdout);
    const reason = stderr.trim() || describeError(cause);
    output.reject(new Error(`${options.attack} failed: ${reason}`, { cause }));
  });
  const ready = Promise.withResolvers<void>();
  child.stdout?.once("data", () => ready.resolve());
  await Promise.race([ready.promise, output.promise]);
  return {
    async attack() {
      const late = setTimeout(
        () => child.kill("SIGKILL"),
        (options.seconds + GRACE_SECONDS) * 1_000,
      );
      child.stdin?.end("\n");
      const [, result = ""] = (await output.promise
        .finally(() => clearTimeout(late))).split(READY);
      return stopping.aborted
        ? undefined
        : AttackResult.parse(JSON.parse(result));
    },
  };
}
