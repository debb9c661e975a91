import postgres from "postgres";
import { connectionTo } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { PoisonError, TransientError } from "#runtime/errors.ts";
import { databaseError } from "./database_errors.ts";

export type Sql = postgres.Sql;

export type DatabaseOptions = {
  /** What the server calls its connections; by itself `eventflow`. */
  readonly application?: string;
  /** Where tables are that are named without one. */
  readonly schema?: string;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
};

/** Past a statement's own time limit, how long its answer may still take before we stop waiting. */
export const answerGraceMs = 2_000;

/**
 * A small pool of connections that is thrown away whole at the first sign of trouble. A connection
 * that hangs, or that a failover left at a server that is read-only now, is so never used again, and
 * coming back is the same as starting: connect. A server without a connection to spare is no such sign:
 * those it gave go on, and somebody else would take them.
 */
export class Database {
  readonly address: DatabaseAddress;
  readonly #open: () => Sql;
  readonly #deadlineMs: number;
  #sql: Sql | undefined;
  #answers = true;
  #underWay = 0;
  #lastMs = performance.now();

  constructor(
    address: DatabaseAddress,
    options: DatabaseOptions,
  ) {
    this.address = address;
    this.#deadlineMs = options.statementTimeoutMs + answerGraceMs;
    this.#open = () => connect(address, options);
  }

  /**
   * Runs statements. They may have taken effect even if this throws.
   *
   * @throws {TransientError|PoisonError|FatalError} as `databaseError` decides
   */
  async use<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    let sql = this.#sql;
    this.#underWay++;
    try {
      sql = this.#sql ??= this.#open();
      const result = await within(this.#deadlineMs, work(sql));
      this.#answers = true;
      return result;
    } catch (cause) {
      const error = databaseError(cause, this.address);
      // What it says of a record is an answer.
      this.#answers = error instanceof PoisonError;
      if (error instanceof TransientError && sql && !isCrowded(cause)) {
        this.#discard(sql);
      }
      throw error;
    } finally {
      this.#underWay--;
      this.#lastMs = performance.now();
    }
  }

  /** Whether it did what it was last asked to. */
  get answers(): boolean {
    return this.#answers;
  }

  /** For how long nobody has asked it anything. */
  get quietMs(): number {
    return this.#underWay > 0 ? 0 : performance.now() - this.#lastMs;
  }

  async close(): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
  }

  /** Other statements on the pool get a second to end; then they fail and are tried again. */
  #discard(sql: Sql): void {
    if (this.#sql === sql) this.#sql = undefined;
    sql.end({ timeout: 1 }).catch(() => {});
  }
}

function connect(
  address: DatabaseAddress,
  {
    application = "eventflow",
    schema = "public",
    poolSize,
    statementTimeoutMs,
  }: DatabaseOptions,
): Sql {
  return postgres({
    ...connectionTo(address),
    max: poolSize,
    connect_timeout: 3,
    idle_timeout: 60,
    keep_alive: 30,
    // Who asks again waits by a rule of its own.
    backoff: () => 0,
    // It would ask each new connection for array types, and a failure of that question is thrown where
    // nobody can catch it. We send no arrays.
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: application,
      statement_timeout: statementTimeoutMs,
      search_path: schema,
    },
  });
}

/** Whether the server refused a further connection (`too_many_connections`), which says nothing of those it gave. */
function isCrowded(cause: unknown): boolean {
  return cause instanceof postgres.PostgresError && cause.code === "53300";
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${ms} ms`)),
    ms,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
