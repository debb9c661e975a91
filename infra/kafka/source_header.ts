import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { originItemOf, statedOrigin } from "./origin.ts";
import { PassedOnRecord } from "./passed_on_record.ts";
import type { OutgoingRecord, ReceivedRecord } from "./port.ts";
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
  const { headers: came } = outgoing;
  let [keepsAll, saysOrigin] = [true, false];
  for (const { name } of came) {
    if (notPassedOn.has(name)) keepsAll = false;
    else if (name === headers.origin) saysOrigin = true;
  }
  const added = [header(headers.source, formatSource(source, part))];
  const origin = saysOrigin ? undefined : statedOrigin(source.headers);
  if (origin) {
    const whole = formatSource(origin, originItemOf(source.headers));
    added.push(header(headers.origin, whole));
  }
  if (keepsAll && outgoing instanceof PassedOnRecord) {
    return outgoing.with(added);
  }
  const { topic, key, value } = outgoing;
  const kept = came.filter(({ name }) => !notPassedOn.has(name));
  return { topic, key, value, headers: [...kept, ...added] };
}
