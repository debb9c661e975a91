/**
 * Life goes one way: starting → running → draining → stopped. Whoever opens a resource defers its
 * closing; closings run in reverse; past a deadline the process ends with a code of its own.
 *
 * @module
 */
import process from "node:process";
import {
  type Config,
  ConfigError,
  readConfig,
  type Relation,
  type Settings,
} from "./config.ts";
import {
  describeError,
  exitCodes,
  FatalError,
  TransientError,
} from "./errors.ts";
import { Readiness } from "./health.ts";
import { configureLog, type Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { serviceSettings } from "./service_settings.ts";
import { startTracing, type Tracing } from "./tracing.ts";
import { graveSentence, unreadVariables } from "./unread_variables.ts";

export type Service<S extends Settings> = {
  readonly name: string;
  readonly config: Config<S> & Config<typeof serviceSettings>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Absent if no receiver of traces is set. */
  readonly tracing: Tracing | undefined;
  /** Aborted when the service begins to drain. */
  readonly draining: AbortSignal;
  /** Runs when the service stops, after everything deferred later has run. */
  defer(close: () => Promise<void> | void): void;
  /** Stops the process: something broke that going on would make worse. */
  fail(error: unknown): void;
};

/** A receiver of traces that hangs delays a stop by this much, at most. */
const TRACES_WITHIN_MS = 1_000;

/** What could not be done at the start, in one sentence for the person who started it. */
export class StartError extends Error {
  override readonly name = "StartError";
  constructor(
    message: string,
    options?: ErrorOptions & { exitCode?: number },
  ) {
    super(message, options);
    this.exitCode = options?.exitCode ?? exitCodes.unavailable;
  }
  readonly exitCode: number;
}

/**
 * Runs a service until SIGTERM, SIGINT or a failure, then ends the process.
 * This is the one place that calls `process.exit`.
 */
export async function runService<const S extends Settings>(
  { name, settings, relations, start }: {
    name: string;
    settings: S;
    relations?: readonly Relation<S & typeof serviceSettings>[];
    start: (service: Service<S>) => Promise<void>;
  },
): Promise<never> {
  const began = Date.now();
  const all = { ...settings, ...serviceSettings };
  let config: Config<S> & Config<typeof serviceSettings>;
  const unread = unreadVariables(process.env);
  try {
    config = readConfig(name, all, process.env, relations);
    const problem = graveSentence(name, unread);
    if (problem !== undefined) throw new ConfigError(problem);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(exitCodes.config);
  }

  const log = await configureLog(name, {
    level: config.logLevel,
    format: config.logFormat,
  });
  if (unread.others.length > 0) {
    log.warn(
      "Set and read by nothing: {variables}. See docs/reference/settings.md",
      { variables: unread.others.join(", ") },
    );
  }
  const { version } = config;
  const tracing = await startTracing(config, { service: name, version, log });
  const readiness = new Readiness();
  readiness.block("service", "starting");
  const draining = new AbortController();
  const stopped = Promise.withResolvers<{ reason: string; code: number }>();
  const closings: (() => Promise<void> | void)[] = [];

  const fail = (error: unknown) => {
    const code = error instanceof FatalError || error instanceof StartError
      ? error.exitCode
      : exitCodes.bug;
    log.error(
      "Stopping: {reason}",
      error instanceof StartError
        ? { reason: error.message, ...causeOf(error) }
        : { reason: describeError(error), stack: stackOf(error) },
    );
    stopped.resolve({ reason: "failure", code });
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(
      signal,
      () => stopped.resolve({ reason: signal, code: exitCodes.ok }),
    );
  }
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  const starting = start({
    name,
    config,
    log,
    metrics: new Metrics(name, version),
    readiness,
    tracing,
    draining: draining.signal,
    defer: (close) => closings.push(close),
    fail,
  }).then(() => {
    if (draining.signal.aborted) return;
    readiness.clear("service");
    log.info("Ready after {startMs} ms", { startMs: Date.now() - began });
  }, (error) => fail(asStartError(error)));

  const { reason, code } = await stopped.promise;
  const stoppingSinceMs = performance.now();
  readiness.block("service", "stopping");
  if (code === exitCodes.ok) log.info("Stopping on {reason}", { reason });
  const deadline = setTimeout(() => {
    log.error("Stopping took longer than {drainTimeoutMs} ms", {
      drainTimeoutMs: config.drainTimeoutMs,
    });
    // What made it fail says more than that it then hung.
    process.exit(code === exitCodes.ok ? exitCodes.drainTimeout : code);
  }, config.drainTimeoutMs);
  draining.abort();
  await starting;
  for (const close of closings.reverse()) {
    try {
      await close();
    } catch (error) {
      log.error("Closing failed: {reason}", { reason: describeError(error) });
    }
  }
  const leftMs = config.drainTimeoutMs - (performance.now() - stoppingSinceMs);
  await tracing?.close(Math.min(TRACES_WITHIN_MS, leftMs / 2));
  clearTimeout(deadline);
  log.info("Stopped");
  process.exit(code);
}

/** What would pass where the service runs keeps it from starting, and is no bug. */
function asStartError(error: unknown): unknown {
  if (!(error instanceof TransientError)) return error;
  return new StartError(describeError(error), { cause: error });
}

function causeOf({ cause }: Error): { cause?: string } {
  return cause === undefined ? {} : { cause: describeError(cause) };
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
