import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { InputRecord } from "./input_record.ts";
import type { StoredRow } from "./rows.ts";

/** In what two tellings of one fact must not differ: the first telling's times and descriptions stay. */
const factKeys = new Set([
  "event_type",
  "source",
  "payment_id",
  "amount",
  "currency",
]);

/**
 * In what a record differs from the row of its `event_id` and must not.
 *
 * @param isSource whether the row came from this very record, of which it has everything then
 * @param mayDiffer whether what only repeats an event may say otherwise than its row
 * @returns `outdated` if the row is the same fact of a higher mapping version, and the record accounted for by that
 */
export function differenceOf(
  { record }: Pick<InputRecord, "record">,
  { isSource, stored, mayDiffer = false }: {
    isSource: boolean;
    stored: StoredRow;
    mayDiffer?: boolean;
  },
): readonly string[] | "outdated" {
  const version = mappingVersionIn(record.headers);
  const { mappingVersion } = stored;
  const differsIn = mayDiffer && !isSource ? [] : stored.differsIn;
  if (isSource) {
    // Since its rows were read, a higher version may have come.
    const { source } = stored;
    const isThere = source?.topic === record.topic &&
      source.partition === record.partition && source.offset === record.offset;
    if (!isThere && isHigher(mappingVersion, version)) return [];
    return version === mappingVersion
      ? differsIn
      : [...differsIn, "mapping_version"];
  }
  // Events that were not mapped are equal or in conflict, whatever stands under their id.
  if (version === undefined || mappingVersion === undefined) return differsIn;
  if (isHigher(mappingVersion, version)) return "outdated";
  // What should have taken the row's place.
  if (version > mappingVersion) return [...differsIn, "mapping_version"];
  return differsIn.filter((key) => factKeys.has(key));
}

function isHigher(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}
