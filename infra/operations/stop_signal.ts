import process from "node:process";
import { StartError } from "#runtime/lifecycle.ts";

/** Aborted when somebody stops the command, with what it then ends with. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(
      signal,
      () => stopping.abort(new StartError("Stopped.", { exitCode: 130 })),
    );
  }
  return stopping.signal;
}
