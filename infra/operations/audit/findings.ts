import {
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import { type OutputCoordinates, textOf } from "./output_coordinates.ts";
import type { Finding, FindingCounts, FindingKind } from "./report.ts";

const MAX_ID_LENGTH = 200;

/** Something that does not add up. */
export type Found = {
  readonly kind: FindingKind;
  readonly service: string;
  /** Undefined if it is not known; `null` of what is about no event. */
  readonly eventId: string | undefined | null;
  /** The record that came in. */
  readonly record?: RecordCoordinates;
  readonly outputs?: readonly OutputCoordinates[];
  /** What is wrong, as the end of a sentence about the event. */
  readonly what: string;
};

/** Counts what does not add up, and keeps the first so many of it by name. */
export class Findings {
  readonly named: Finding[] = [];
  readonly #counts = new Map<string, FindingCounts>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a further one would be named. */
  get areNamed(): boolean {
    return this.named.length < this.#most;
  }

  add(found: Found, times = 1): void {
    const counts = this.#counts.get(found.service) ?? none();
    this.#counts.set(found.service, counts);
    counts[found.kind] += times;
    if (this.areNamed) this.named.push(named(found));
  }

  /** How many there are of a service. */
  of(service: string): FindingCounts {
    return this.#counts.get(service) ?? none();
  }

  /** How many there are in all. */
  get counts(): FindingCounts {
    const total = none();
    for (const counts of this.#counts.values()) {
      total.missing += counts.missing;
      total.doubled += counts.doubled;
      total.conflicting += counts.conflicting;
      total.unexplained += counts.unexplained;
    }
    return total;
  }
}

export function isNothing(counts: FindingCounts): boolean {
  return Object.values(counts).every((count) => count === 0);
}

function none(): FindingCounts {
  return { missing: 0, doubled: 0, conflicting: 0, unexplained: 0 };
}

function named(
  { kind, service, eventId, record, outputs = [], what }: Found,
): Finding {
  const id = typeof eventId !== "string" || eventId.length <= MAX_ID_LENGTH
    ? eventId
    : `${eventId.slice(0, MAX_ID_LENGTH)}…`;
  const subject = [
    ...id === null ? [] : [
      id === undefined
        ? "an event without an id"
        : `event ${JSON.stringify(id)}`,
    ],
    ...record ? [formatCoordinates(record)] : [],
  ].join(", ");
  return {
    kind,
    service,
    event_id: id ?? null,
    record: record ? formatCoordinates(record) : null,
    outputs: outputs.map(textOf),
    sentence: `${kind}: ${subject}, ${what}.`,
  };
}
