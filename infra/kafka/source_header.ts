import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import type { OutgoingRecord, RecordHeader } from "./port.ts";
import {
  formatCoordinates,
  type RecordCoordinates,
} from "./record_coordinates.ts";

/**
 * A record that is forwarded, saying which record it was made from and no other. If that one was replayed for the
 * service that forwards, what came of it is for all again.
 */
export function withSource(
  outgoing: OutgoingRecord,
  source: RecordCoordinates,
): OutgoingRecord {
  const kept: RecordHeader[] = [];
  for (const one of outgoing.headers) {
    if (one.name === headers.source || one.name === headers.replayFor) continue;
    kept.push(one);
  }
  kept.push(header(headers.source, formatCoordinates(source)));
  const { topic, key, value } = outgoing;
  return { topic, key, value, headers: kept };
}
