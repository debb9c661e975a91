import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { originItemOf, statedOrigin } from "./origin.ts";
import type { OutgoingRecord, ReceivedRecord, RecordHeader } from "./port.ts";
import {
  formatCoordinates,
  formatItem,
  type ItemOf,
  type RecordCoordinates,
} from "./record_coordinates.ts";

/**
 * A record that is forwarded, saying which record it was made from and no other. If that one says its origin, or what it
 * was made from itself, this is the origin of what is forwarded too. If it was replayed for the service that forwards,
 * what came of it is for all again.
 *
 * @param item which of several things of its source it is; not said of a sole one
 */
export function withSource(
  outgoing: OutgoingRecord,
  source: RecordCoordinates & Pick<ReceivedRecord, "headers">,
  item?: ItemOf,
): OutgoingRecord {
  const kept: RecordHeader[] = [];
  let saysOrigin = false;
  for (const one of outgoing.headers) {
    if (one.name === headers.source || one.name === headers.replayFor) continue;
    if (one.name === headers.replayItem) continue;
    if (one.name === headers.origin) saysOrigin = true;
    kept.push(one);
  }
  kept.push(header(headers.source, written(source, item)));
  const origin = saysOrigin ? undefined : statedOrigin(source.headers);
  if (origin) {
    const itemOfOrigin = originItemOf(source.headers);
    kept.push(header(headers.origin, written(origin, itemOfOrigin)));
  }
  const { topic, key, value } = outgoing;
  return { topic, key, value, headers: kept };
}

function written(place: RecordCoordinates, item: ItemOf | undefined): string {
  return item === undefined || item.items === 1
    ? formatCoordinates(place)
    : formatItem(place, item);
}
