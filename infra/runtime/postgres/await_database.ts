import { sleep } from "#runtime/backoff.ts";
import { whyUntrusted } from "#runtime/database_connection.ts";
import {
  describeError,
  exitCodes,
  FatalError,
  TransientError,
} from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "./database.ts";
import { placeOf } from "./database_errors.ts";

const pollMs = 250;

/**
 * Waits until the database answers.
 *
 * @throws {StartError} if it does not within `timeoutMs`, or needs a person
 */
export async function awaitDatabase(
  database: Database,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (true) {
    try {
      await startable(database.use((sql) => sql`select 1`));
      return;
    } catch (cause) {
      if (!(cause instanceof TransientError)) throw cause;
      const untrusted = await whyUntrusted(database.address);
      if (untrusted !== undefined) throw untrustedError(database, untrusted);
      if (signal?.aborted || Date.now() + pollMs > deadline) {
        throw new StartError(
          `Cannot reach database ${
            placeOf(database.address)
          } within ${timeoutMs} ms: start it (the local stack does: \`deno task up\`) or correct ${
            database.address.urlVariable ?? "EVENTFLOW_DB_URL"
          } (${describeError(cause.cause)}).`,
          { cause },
        );
      }
      await sleep(pollMs, signal);
    }
  }
}

/** It will not change by itself, and waiting for it would hide it. */
function untrustedError({ address }: Database, reason: string): StartError {
  const place = placeOf(address);
  return new StartError(
    `Database ${place} is not believed with sslmode=${address.sslMode} (${reason}): correct the server's certificate, or ${
      address.urlVariable === undefined
        ? "EVENTFLOW_DB_SSLROOTCERT and EVENTFLOW_DB_SSLMODE, or sslrootcert and sslmode in EVENTFLOW_DB_URL"
        : `sslrootcert and sslmode in ${address.urlVariable}`
    }.`,
    { exitCode: exitCodes.config },
  );
}

/** What needs a person while running needs one at the start as well. */
export async function startable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof FatalError)) throw cause;
    throw new StartError(`${describeError(cause)}.`, {
      cause,
      exitCode: cause.exitCode,
    });
  }
}
