import type { History } from "./history.ts";
import { columns, keptTopics, tables } from "./tables.ts";

/**
 * What the history has, partition by partition, and whether a record is there twice. That an offset is not there says
 * nothing by itself: transactions take offsets of a topic that are no records.
 */
export async function statusLines(
  history: History,
): Promise<{ readonly lines: readonly string[]; readonly isWell: boolean }> {
  const lines: string[] = [];
  let isWell = true;
  for (const id of keptTopics) {
    const state = history.tables.get(id);
    if (state === undefined) {
      lines.push(`${tables[id]}: nothing yet`);
      continue;
    }
    const bytes = state.files.reduce((sum, file) => sum + file.bytes, 0);
    const rows = state.files.reduce((sum, file) => sum + file.rows, 0);
    const committed = new Date(state.committedMs ?? 0).toISOString();
    lines.push(
      `${tables[id]}: ${rows} records in ${state.files.length} files, ${
        (bytes / rows).toFixed(1)
      } bytes a record, last committed ${committed}`,
    );
    const result = await history.connection.runAndReadAll(
      `select ${columns.partition}, min(${columns.offset}), max(${columns.offset}), count(*), count(distinct ${columns.offset})
       from ${tables[id]}_rows group by 1 order by 1`,
    );
    for (const row of result.getRows()) {
      const [partition, first, last, count = 0, distinct = 0] = row.map(Number);
      const twice = count - distinct;
      if (twice > 0) isWell = false;
      lines.push(
        `  partition ${partition}: offsets ${first} to ${last}, ${count} records${
          twice > 0 ? `, ${twice} OF THEM TWICE` : ""
        }`,
      );
    }
  }
  return { lines, isWell };
}
