import { headers } from "#contracts/headers.ts";
import { headerText } from "./headers.ts";
import type { RecordHeader } from "./port.ts";

/** A column of PostgreSQL holds no more. */
const MAX_VERSION = 2 ** 31 - 1;

/** The version of the mapping that made a record of a provider's own webhook; undefined if none did, or it cannot be read. */
export function mappingVersionIn(
  all: readonly RecordHeader[],
): number | undefined {
  const text = headerText(all, headers.mappingVersion) ?? "";
  const version = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  return version !== undefined && version <= MAX_VERSION ? version : undefined;
}
