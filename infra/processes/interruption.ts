import process from "node:process";
import { onAbandoned } from "./abandoned.ts";

/**
 * Aborts when this command is told to end early: by a signal, or because whoever started it is gone. It
 * is listened for until the process exits, so a second Ctrl-C does not cut its tidying up short.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const abort = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, abort);
  }
  onAbandoned(abort);
  return interrupted.signal;
}
