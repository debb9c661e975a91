import { silentLog } from "#runtime/log.ts";

/** A log that keeps the properties of what is warned of. */
export function keepingLog() {
  const lines: unknown[] = [];
  const log = silentLog().with({});
  log.warn = (...line: unknown[]) => Promise.resolve(void lines.push(line[1]));
  return { log, lines };
}
