import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { originItemOf, statedOrigin } from "./origin.ts";
import type { OutgoingRecord, ReceivedRecord, RecordHeader } from "./port.ts";
import {
  formatSource,
  type Part,
  type RecordCoordinates,
} from "./record_coordinates.ts";

/** What says of a record whose it is, and of nothing that is made from it. */
const notPassedOn: ReadonlySet<string> = new Set([
  headers.source,
  headers.replayFor,
  headers.replayItem,
]);

/**
 * A record that is forwarded, saying which record it was made from and no other. If that one says its origin, or what it
 * was made from itself, this is the origin of what is forwarded too. If it was replayed for the service that forwards,
 * what came of it is for all again.
 *
 * @param part which of several things in its source it was made from
 */
export function withSource(
  outgoing: OutgoingRecord,
  source: RecordCoordinates & Pick<ReceivedRecord, "headers">,
  part?: Part,
): OutgoingRecord {
  const kept: RecordHeader[] = [];
  let saysOrigin = false;
  for (const one of outgoing.headers) {
    if (notPassedOn.has(one.name)) continue;
    if (one.name === headers.origin) saysOrigin = true;
    kept.push(one);
  }
  kept.push(header(headers.source, formatSource(source, part)));
  const origin = saysOrigin ? undefined : statedOrigin(source.headers);
  if (origin) {
    const whole = formatSource(origin, originItemOf(source.headers));
    kept.push(header(headers.origin, whole));
  }
  const { topic, key, value } = outgoing;
  return { topic, key, value, headers: kept };
}
