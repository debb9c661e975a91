import { headers } from "#contracts/headers.ts";
import { header } from "../headers.ts";
import type { OutgoingRecord } from "../port.ts";
import { formatPlace, type RecordPlace } from "../record_place.ts";

/** A record that is forwarded, saying which record it was made from and no other. */
export function withSource(
  outgoing: OutgoingRecord,
  source: RecordPlace,
): OutgoingRecord {
  return {
    ...outgoing,
    headers: [
      ...outgoing.headers.filter(({ name }) => name !== headers.source),
      header(headers.source, formatPlace(source)),
    ],
  };
}
