import { headers } from "#contracts/headers.ts";
import { coordinatesInHeader } from "#kafka/record_coordinates.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { ReceivedRecord } from "#kafka/port.ts";

/** Of a mapping that has had no version before it, nothing can be corrected. */
const FIRST_VERSION = 1;

/**
 * Whether a record says anew what a lower version of its mapping had said: a raw record was replayed to have it mapped again. Then
 * its fact is not a new one.
 *
 * Of a raw record that had come to nothing, as a dead letter or as unmapped, the replay names these, and its fact is new. Nothing
 * but persistence's table tells it for certain: this is a measure, not a ledger.
 *
 * @param rawTopic where provider's webhooks are
 */
export function isCorrection(
  { headers: all }: Pick<ReceivedRecord, "headers">,
  rawTopic: string,
): boolean {
  const version = mappingVersionIn(all) ?? FIRST_VERSION;
  const replayed = coordinatesInHeader(all, headers.replayOf);
  return version > FIRST_VERSION && replayed?.topic === rawTopic;
}
