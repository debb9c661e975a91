/**
 * Logging through LogTape: one line per outcome, JSON where a machine reads, pretty on a terminal.
 * Never a payload, never a secret.
 *
 * @module
 */
import {
  configure,
  getConsoleSink,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
  type LogRecord,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import process from "node:process";

export type Log = Logger;

/** Sets logging up for the process and returns the service's logger. Called once per process. */
export async function configureLog(
  service: string,
  options: {
    level: "debug" | "info" | "warning" | "error";
    format: "auto" | "json" | "pretty";
  },
): Promise<Log> {
  const pretty = options.format === "pretty" ||
    (options.format === "auto" && process.stdout.isTTY);
  const format = pretty
    ? getPrettyFormatter({ timestamp: "time", wordWrap: false, align: false })
    : getJsonLinesFormatter({ properties: "flatten", message: "rendered" });
  const formatter = (record: LogRecord) => format(withPlainMessage(record));
  await configure({
    reset: true,
    sinks: { console: getConsoleSink({ formatter }) },
    loggers: [
      { category: [service], lowestLevel: options.level, sinks: ["console"] },
      {
        category: ["logtape", "meta"],
        lowestLevel: "error",
        sinks: ["console"],
      },
    ],
  });
  return getLogger([service]);
}

/** Texts put into a message stand there as they are, not in quotes as a property's value would. */
function withPlainMessage(record: LogRecord): LogRecord {
  return { ...record, message: [record.message.map(String).join("")] };
}

/** A logger that writes nowhere: for tests and for tools that print for themselves. */
export function silentLog(): Log {
  return getLogger(["silent"]);
}
