import type { Database } from "#runtime/postgres/database.ts";
import {
  type LetterFilter,
  letterStates,
  ofCauses,
  ofLetters,
} from "./filter.ts";

/** Of more it is only said that there are more. */
export const COUNTED_TO = 100;

/**
 * How many letters a filter finds that came after one, counted up to a hundred and one.
 *
 * @param than partition/offset of the newest that somebody sees
 */
export async function countNewer(
  database: Pick<Database, "use">,
  filter: LetterFilter,
  than: string,
): Promise<number> {
  const [partition, offset] = than.split("/").map(Number);
  const states = filter.state === undefined ? letterStates : [filter.state];
  const [row] = await database.use((sql) =>
    sql<{ count: string }[]>`
      select count(*) as count from (
        select from causes c
          cross join unnest(${`{${
      states.join(",")
    }}`}::letter_state[]) as s (state)
          cross join lateral (
            select from letters_by_state l
            where l.cause = c.id and l.state = s.state
              and (l."offset", l.partition) > (${offset ?? 0}, ${
      partition ?? 0
    })
              and ${ofLetters(sql, { ...filter, state: undefined })}
            order by l."offset" desc limit ${COUNTED_TO + 1}
          ) newer
        where ${ofCauses(sql, filter)} limit ${COUNTED_TO + 1}
      ) found`
  );
  return Number(row?.count ?? 0);
}
