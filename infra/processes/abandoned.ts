import process from "node:process";
import { describeProcess, sendSignal } from "./process_table.ts";

/**
 * Calls back once when whoever started this process is gone. A wrapper (`deno task`, npx) that is
 * killed passes no signal on, so the parents are watched: the direct one by `process.ppid`, and those
 * above it for as long as they are wrappers of Deno.
 *
 * @returns the timer, for `clearInterval`
 */
export function onAbandoned(
  callback: () => void,
): ReturnType<typeof setInterval> {
  const parent = process.ppid;
  const wrappers = wrappersAbove(parent);
  const timer = setInterval(() => {
    if (
      process.ppid === parent && wrappers.every((pid) => sendSignal(pid, 0))
    ) return;
    clearInterval(timer);
    callback();
  }, 500);
  return timer;
}

/** The chain of processes from `pid` upwards that were started to run Deno. */
function wrappersAbove(pid: number): number[] {
  const found = pid > 1 ? describeProcess(pid) : undefined;
  return found !== undefined && /\bdeno\b/.test(found.commandLine)
    ? [pid, ...wrappersAbove(found.parent)]
    : [];
}
