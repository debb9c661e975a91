import { cloudEventHeaders, headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import {
  formatCoordinates,
  formatPart,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { Original } from "./originals.ts";

/** What a replay says of itself. */
export type ReplaySaid = {
  /** The dead letter, or the fact, that is sent again. */
  readonly of: RecordCoordinates;
  /** Undefined: for all who read the topic. */
  readonly for: string | undefined;
  readonly job: string;
  readonly nth: number;
  readonly origin: RecordCoordinates;
  /** Whether its body is another than the one that was signed. */
  readonly isEdited: boolean;
};

/** What an earlier replay has said. */
const said: ReadonlySet<string> = new Set([
  headers.replayOf,
  headers.replayFor,
  headers.replayJob,
  headers.replayNth,
  headers.replayItem,
  headers.origin,
]);

/** What is said of a body, and not of one that was edited. */
const saidOfBody: ReadonlySet<string> = new Set([
  headers.edited,
  ...Object.values(cloudEventHeaders),
]);

/** The record that is put into the topic again: as it was, but for what says that it is a replay. */
export function replayRecord(
  { topic, key, value, headers: all, part }: Original,
  { of, for: addressee, job, nth, origin, isEdited }: ReplaySaid,
): OutgoingRecord {
  return {
    topic,
    key,
    value,
    headers: [
      ...all.filter(({ name }) =>
        !said.has(name) && !(isEdited && saidOfBody.has(name))
      ),
      header(headers.replayOf, formatCoordinates(of)),
      ...addressee === undefined ? [] : [header(headers.replayFor, addressee)],
      header(headers.replayJob, job),
      header(headers.replayNth, `${nth}`),
      header(headers.origin, formatCoordinates(origin)),
      ...part === undefined
        ? []
        : [header(headers.replayItem, formatPart(part))],
      ...isEdited ? [header(headers.edited, job)] : [],
    ],
  };
}

/** Whom a replay of what a service refused is for: what never got past the validator is for all. */
export function addresseeOf(service: string): string | undefined {
  return service === services.validator ? undefined : service;
}
