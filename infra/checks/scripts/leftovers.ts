import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import { describeProcess } from "#processes/process_table.ts";

export type Leftover = { readonly pid: number; readonly commandLine: string };

/**
 * The processes that belong to a folder: that name it in their command line or, if `/proc` tells,
 * work in it or have `marker` in the environment they were started with.
 */
export function processesOf(folder: string, marker: string): Leftover[] {
  const all = process.platform === "linux" ? fromProc() : fromPs();
  return all
    .filter(({ traces }) =>
      traces.some((trace) => trace.includes(folder) || trace.includes(marker))
    )
    .map(({ pid, commandLine }) => ({ pid, commandLine }))
    .filter(({ pid }) => pid !== process.pid);
}

type Traced = Leftover & { readonly traces: readonly string[] };

function fromProc(): Traced[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap(
    (name) => {
      const found = describeProcess(Number(name));
      if (found === undefined) return [];
      const { commandLine } = found;
      const traces = [
        commandLine,
        attempt(() => readlinkSync(`/proc/${name}/cwd`)),
        attempt(() => readFileSync(`/proc/${name}/environ`, "utf8")),
      ];
      return [{ pid: Number(name), commandLine, traces }];
    },
  );
}

function fromPs(): Traced[] {
  const lines = execFileSync("ps", ["-axwwo", "pid=,command="], {
    encoding: "utf8",
  }).trim().split("\n");
  return lines.flatMap((line) => {
    const [, pid, commandLine] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || commandLine === undefined
      ? []
      : [{ pid: Number(pid), commandLine, traces: [commandLine] }];
  });
}

/** Nothing if a process is gone meanwhile or another user's. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
