import type { KafkaClient } from "#kafka/port.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { rangesOf } from "../actions/offsets.ts";
import { ofUnmapped, type UnmappedFilter } from "../queries/unmapped.ts";
import {
  encoded,
  type EncodedOriginal,
  nameOf,
  partOf,
  recordsIn,
} from "./originals.ts";

/** Which pointers: those that a filter finds now and that may be sent, or those of a job. */
export type Pointers = UnmappedFilter | { readonly job: string };

/** So many are looked up together; their records go by one after the other. */
const AT_ONCE = 50_000;

/**
 * The raw records that pointers point at, one for each pointer, as a replay would have them.
 *
 * @param gone told of how many the record is not kept any more
 */
export async function* pointedRecords(
  { database, kafka }: {
    readonly database: Pick<Database, "use">;
    readonly kafka: Pick<KafkaClient, "read">;
  },
  which: Pointers,
  gone: (count: number) => void,
): AsyncGenerator<EncodedOriginal> {
  let behind = { partition: -1, offset: "-1" };
  for (;;) {
    const pointers = await nextPointers(database, which, behind);
    const last = pointers.at(-1);
    if (last === undefined) return;
    behind = last;
    const byTopic = Map.groupBy(pointers, ({ source_topic }) => source_topic);
    for (const [topic, its] of byTopic) {
      const bySource = Map.groupBy(
        its,
        (one) => `${one.source_partition}/${one.source_offset}`,
      );
      const ranges = rangesOf(
        its.map(({ source_partition: partition, source_offset }) => ({
          partition,
          offset: Number(source_offset),
        })),
      );
      let missing = its.length;
      for await (const records of recordsIn(kafka, topic, ranges)) {
        for (const record of records) {
          for (const one of bySource.get(nameOf(record)) ?? []) {
            missing--;
            const part = partOf(one.item, one.items);
            yield encoded({ ...record, part });
          }
        }
      }
      gone(missing);
    }
    if (pointers.length < AT_ONCE) return;
  }
}

type Pointer = {
  readonly partition: number;
  readonly offset: string;
  readonly source_topic: string;
  readonly source_partition: number;
  readonly source_offset: string;
  readonly item: number | null;
  readonly items: number | null;
};

function nextPointers(
  database: Pick<Database, "use">,
  which: Pointers,
  { partition, offset }: Pick<Pointer, "partition" | "offset">,
): Promise<Pointer[]> {
  return database.use((sql) => {
    const chosen = "job" in which
      ? sql`(u.partition, u."offset") in (select partition, "offset" from job_records where job = ${which.job})`
      : sql`u.state = 'open' and ${ofUnmapped(sql, which)}`;
    return sql<Pointer[]>`
      select u.partition, u."offset", u.source_topic, u.source_partition, u.source_offset, u.item, u.items
      from unmapped u
      where (u.partition, u."offset") > (${partition}, ${offset}) and ${chosen}
      order by 1, 2 limit ${AT_ONCE}`;
  });
}
