import { isJsonObject } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { type CountName, noCounts } from "./counts.ts";
import { type Counted, factPath } from "./count_fact.ts";
import { minuteOf } from "./slots.ts";

type Fields = Readonly<Record<string, unknown>>;

/** With what a request is answered whose signature is not the one that it should be. */
const UNAUTHORIZED = 401;

/**
 * What a record of `events.rejected.v1` adds: as many refused signatures as it stands for.
 *
 * @returns `undefined` if it was refused for another reason
 */
export function countRefused(record: unknown): Counted | undefined {
  if (!isJsonObject(record) || record.status !== UNAUTHORIZED) return undefined;
  const count = typeof record.refusals === "number" ? record.refusals : 1;
  return counted(record, record.at, { refused: count });
}

/** What a record of `events.unmapped.v1` adds. */
export function countUnmapped(record: unknown): Counted | undefined {
  if (!isJsonObject(record)) return undefined;
  return counted(record, record.received_at, { unmapped: 1 });
}

/** Of these only the provider and the account are known. */
function counted(
  record: Fields,
  time: unknown,
  of: Partial<Record<CountName, number>>,
): Counted | undefined {
  const read = typeof time === "string" ? readRfc3339(time) : undefined;
  if (!read?.ok) return undefined;
  const { provider, account } = record;
  const path = factPath(undefined, { provider, account }).slice(0, 2);
  return {
    timeMs: read.ms,
    minute: minuteOf(read.ms),
    path,
    counts: { ...noCounts(), of },
  };
}
