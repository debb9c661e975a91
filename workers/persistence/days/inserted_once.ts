import type postgres from "postgres";
import type { Layout } from "./layout.ts";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * The part of a `with` that inserts rows, each once per `event_id`, as `inserted`. In the order of `event_id`, so that two writers never
 * wait for each other's rows, or keys, in a circle.
 *
 * @param rows selects `columns` by their names, in the order of `event_id` and no two with the same
 * @param key what a key has beside its `event_id`: `stored_at`, `mapping_version` and `digest`, of those rows
 * @param returning what of an inserted row is wanted
 */
export function insertedOnce(
  sql: postgres.ISql,
  layout: Layout,
  { columns, rows, key, returning }: {
    readonly columns: Fragment;
    readonly rows: Fragment;
    readonly key: Fragment;
    readonly returning: Fragment;
  },
): Fragment {
  if (layout === "whole") {
    return sql`inserted as (
      insert into public.events (${columns})
      ${rows}
      on conflict (event_id) do nothing
      returning ${returning}
    )`;
  }
  return sql`told as materialized (${rows}), keyed as (
      insert into public.event_keys (event_id, stored_at, mapping_version, digest)
      select event_id, ${key} from told order by event_id
      on conflict (event_id) do nothing
      returning event_id
    ), inserted as (
      insert into public.events (${columns})
      select ${columns} from told where event_id in (select event_id from keyed)
      returning ${returning}
    )`;
}
