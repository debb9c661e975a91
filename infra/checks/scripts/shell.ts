import { spawn } from "node:child_process";
import { once } from "node:events";
import { sendSignal } from "#processes/process_table.ts";

export type Shell = {
  readonly script: string;
  /** What it has printed so far. */
  output(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Resolves at the first output that matches, or at its end; true for the former. */
  prints(pattern: RegExp): Promise<boolean>;
  /** What a terminal does: SIGINT to every process that was started in it. */
  pressCtrlC(): void;
  kill(): void;
};

/** Runs a script as typed into a terminal, in a process group of its own; it ends at its first error. */
export function runInShell(
  script: string,
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Shell {
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, "exit").then(
    ([code, signal]: (number | string | null)[]) =>
      code ?? signal ?? "no exit code",
    (error: Error) => error.message,
  );
  return {
    script,
    output: () => output,
    ended,
    async prints(pattern) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const listener = () => pattern.test(output) && resolve(true);
      listeners.add(listener);
      ended.then(() => resolve(pattern.test(output)));
      listener();
      const printed = await promise;
      listeners.delete(listener);
      return printed;
    },
    pressCtrlC: () => signalGroup(child.pid, "SIGINT"),
    kill: () => signalGroup(child.pid, "SIGKILL"),
  };
}

function signalGroup(
  pid: number | undefined,
  signal: "SIGINT" | "SIGKILL",
): void {
  if (pid !== undefined) sendSignal(-pid, signal);
}
