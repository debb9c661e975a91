import { StartError } from "#runtime/lifecycle.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import type { History } from "./history.ts";

const NOTHING = "–";

/**
 * Asks the history, and prints what it answers: a table, or a JSON object a row.
 *
 * @throws {StartError} if there is nothing to ask yet; with DuckDB's reason, if it does not take the statement
 */
export async function* printRows(
  { connection, tables }: Pick<History, "connection" | "tables">,
  statement: string,
  { json }: { readonly json: boolean },
): AsyncGenerator<string> {
  if (tables.size === 0) {
    throw new StartError(
      "The history has no record yet: have it written by `deno task history up`, and wait for its first commit, which `deno task history status` shows.",
      { exitCode: exitCodes.config },
    );
  }
  const result = await connection.stream(statement).catch((cause) => {
    throw new StartError(describeError(cause).trim(), {
      cause,
      exitCode: exitCodes.config,
    });
  });
  if (json) {
    for await (const rows of result.yieldRowObjectJson()) {
      for (const row of rows) yield JSON.stringify(row);
    }
    return;
  }
  const names = result.columnNames();
  const rows = await result.getRowsJson();
  const cells = rows.map((row) =>
    row.map((cell) =>
      cell === null
        ? NOTHING
        : typeof cell === "string"
        ? cell
        : JSON.stringify(cell)
    )
  );
  const widths = names.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0))
  );
  const line = (row: readonly string[]) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd();
  yield line(names);
  for (const row of cells) yield line(row);
}
