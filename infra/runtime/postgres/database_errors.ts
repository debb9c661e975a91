import postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import {
  describeError,
  exitCodes,
  FatalError,
  PoisonError,
  TransientError,
} from "#runtime/errors.ts";

/** Where a database is, without anything secret. */
export function placeOf({ host, port, database }: DatabaseAddress): string {
  return `${database} at ${host}:${port}`;
}

/**
 * Names an error of the database by what should be done about it. What carries no SQLSTATE (a broken
 * socket, a timeout, a mishap in the driver) and every state not listed is transient: no record is to
 * blame, and what cannot be named must not be thrown away.
 *
 * Classes and codes: PostgreSQL documentation, appendix A.
 */
export function databaseError(
  cause: unknown,
  address: DatabaseAddress,
): TransientError | PoisonError | FatalError {
  if (isNamed(cause)) return cause;
  const place = placeOf(address);
  const state = cause instanceof postgres.PostgresError ? cause.code : "";
  const advice = misconfigured(state, address);
  if (advice !== undefined) {
    return new FatalError(advice, { cause, exitCode: exitCodes.config });
  }
  if (isOfPartitions(cause)) {
    return new TransientError(
      `Database ${place} had partitions made while a row was on its way`,
      { cause },
    );
  }
  if (isOfTheRecord(state)) {
    const message = describeError(cause).slice(0, 300);
    return new PoisonError({
      code: "not_storable",
      message: `PostgreSQL cannot hold it (${state}): ${message}.`,
      issues: [],
    }, { cause });
  }
  return new TransientError(`No answer from database ${place}`, { cause });
}

function isNamed(
  error: unknown,
): error is TransientError | PoisonError | FatalError {
  return error instanceof TransientError || error instanceof PoisonError ||
    error instanceof FatalError;
}

/** 22 data exception, 23 integrity constraint violation, 54 program limit exceeded. */
function isOfTheRecord(state: string): boolean {
  return /^(22|23|54)/.test(state);
}

/**
 * A check violation that names no check is of a partition: the row was on its way to one that has ceased to be its own, or none takes
 * it. Sent again it finds its place.
 */
function isOfPartitions(cause: unknown): boolean {
  return cause instanceof postgres.PostgresError && cause.code === "23514" &&
    cause.constraint_name === undefined;
}

/** What a person has to put right, or `undefined` if it is no such error. */
function misconfigured(
  state: string,
  address: DatabaseAddress,
): string | undefined {
  const place = placeOf(address);
  // Of classes 22 and 23, yet true of any record: a setting the server refuses, a column we do not fill.
  if (state === "22023") return `Database ${place} refuses a setting`;
  if (state === "23502") {
    return `Database ${place} requires a column EventFlow does not know: give it a default`;
  }
  if (state === "42501") {
    return `User ${address.user} lacks a right on database ${place}: grant it`;
  }
  if (state.startsWith("28")) {
    return `Database ${place} refuses user ${address.user}: correct ${
      address.urlVariable ??
        "EVENTFLOW_DB_URL, or EVENTFLOW_DB_USER and EVENTFLOW_DB_PASSWORD"
    }`;
  }
  if (state === "3D000") {
    return `There is no database ${place}: create it, or correct ${
      address.urlVariable ?? "EVENTFLOW_DB_URL or EVENTFLOW_DB_NAME"
    }`;
  }
  if (state.startsWith("42") || state === "3F000") {
    return `The schema of database ${place} is not the one needed: run \`deno task migrate\``;
  }
  return undefined;
}
