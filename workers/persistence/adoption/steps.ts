/** The two steps of adopting, as a person at a terminal sees them. @module */
import type postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError, exitCodes, TransientError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { databaseError, placeOf } from "#runtime/postgres/database_errors.ts";
import { startable } from "#runtime/postgres/await_database.ts";
import { adopt as adoptRows, type Adoption, adoptionOf } from "./adopt.ts";
import { connectForAdoption } from "./connection.ts";
import { printedAdoption, printedProgress, printedSurvey } from "./print.ts";
import { survey } from "./survey.ts";

const TOLD_EVERY_MS = 2_000;

/** Says what adopting would do, and changes nothing. */
export async function surveyEarlier(
  address: DatabaseAddress,
  owner: string,
): Promise<void> {
  const { user } = address;
  const place = placeOf(address);
  await connected(address, async (sql) => {
    const [rights] = await sql<{ mayRead: boolean }[]>`
      select has_table_privilege('public.events', 'select') as "mayRead"`;
    if (!rights?.mayRead) {
      throw new StartError(
        `Database ${place} has the table events of the earlier service, which user ${user} may not read: migrate as ${owner} or a superuser. Nothing was changed.`,
        { exitCode: exitCodes.config },
      );
    }
    const tell = nowAndThen();
    const found = await survey(sql, {
      progress: (done, all) =>
        tell(() =>
          `Looked at ${done.toLocaleString("en")} of ${
            all.toLocaleString("en")
          } rows.`
        ),
    });
    console.log(printedSurvey(found, { place, user, owner }));
  });
}

/**
 * Adopts what is left of a table that is put away, or says how far that is.
 *
 * @returns whether nothing is left to do
 */
export async function adoptEarlier(
  address: DatabaseAddress,
  { adopt }: { adopt: boolean },
): Promise<boolean> {
  return await connected(address, async (sql) => {
    if (adopt && await adoptionOf(sql) !== undefined) {
      const tell = nowAndThen();
      await adoptRows(sql, {
        address,
        progress: (adoption: Adoption) =>
          tell(() => `${printedProgress(adoption)}.`),
      });
    }
    const adoption = await adoptionOf(sql);
    if (adoption !== undefined) console.log(printedAdoption(adoption));
    else if (adopt) console.log("There is no earlier table to adopt.");
    return adoption?.isFinished ?? true;
  });
}

async function connected<T>(
  address: DatabaseAddress,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = connectForAdoption(address);
  const named = async () => {
    try {
      return await work(sql);
    } catch (cause) {
      if (cause instanceof StartError) throw cause;
      const error = databaseError(cause, address);
      if (!(error instanceof TransientError)) throw error;
      throw new StartError(
        `${error.message} (${
          describeError(cause)
        }): run this again, and it goes on where it was.`,
        { cause },
      );
    }
  };
  try {
    return await startable(named());
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Tells at once, and then every two seconds at most. */
function nowAndThen(): (line: () => string) => void {
  let toldAt = -Infinity;
  return (line) => {
    const now = performance.now();
    if (now - toldAt < TOLD_EVERY_MS) return;
    toldAt = now;
    console.log(line());
  };
}
