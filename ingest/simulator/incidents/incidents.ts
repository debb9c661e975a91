import type { Weather } from "../customers/story.ts";
import type { Sender } from "../metrics.ts";
import {
  DROPPED_APPROVAL,
  droppedTo,
  type IncidentKind,
  STORM_COPIES,
} from "./kinds.ts";

/** An incident that is on. */
export type Incident = {
  readonly kind: IncidentKind;
  /** Where; everywhere if absent. */
  readonly provider?: Sender;
  /** When it ends by itself, in milliseconds since the epoch; never if absent. */
  readonly untilMs?: number;
};

/** What incidents do to one sender. */
export type IncidentsAt = {
  /** Whether it has nothing to say. */
  isSilent(): boolean;
  weather(): Weather;
  /** How often a webhook comes in all. */
  copies(): number;
  /** The ring that is at work, by the incident that it is of. */
  ring(): Incident | undefined;
};

/** A sender as usual. */
export const noIncidents: IncidentsAt = {
  isSilent: () => false,
  weather: () => ({}),
  copies: () => 1,
  ring: () => undefined,
};

/** The incidents that are on at the moment. */
export class Incidents {
  readonly #now: () => number;
  readonly #count: (provider: Sender, kind: IncidentKind) => void;
  #on: Incident[] = [];

  /** @param of.count is told whenever an incident changed what a sender does */
  constructor(
    { now, count }: {
      readonly now: () => number;
      readonly count: (provider: Sender, kind: IncidentKind) => void;
    },
  ) {
    this.#now = now;
    this.#count = count;
  }

  /** The same kind at the same provider is on once: what was said last about its end counts. */
  switchOn(incident: Incident): void {
    this.#on = [
      ...this.#on.filter(({ kind, provider }) =>
        kind !== incident.kind || provider !== incident.provider
      ),
      incident,
    ];
  }

  /** Ends those of a kind, or all of them. */
  switchOff(kind?: IncidentKind): void {
    this.#on = this.#on.filter((one) =>
      kind !== undefined && one.kind !== kind
    );
  }

  list(): readonly Incident[] {
    const now = this.#now();
    return this.#on = this.#on.filter(({ untilMs = Infinity }) =>
      now < untilMs
    );
  }

  at(sender: Sender): IncidentsAt {
    const find = (kind: IncidentKind) =>
      this.list().find((one) =>
        one.kind === kind && (one.provider ?? sender) === sender
      );
    const counted = (kind: IncidentKind) => {
      const found = find(kind);
      if (found !== undefined) this.#count(sender, kind);
      return found;
    };
    return {
      isSilent: () => counted("provider-outage") !== undefined,
      weather: () =>
        counted("approval-drop") === undefined
          ? {}
          : droppedTo(DROPPED_APPROVAL),
      copies: () => counted("duplicate-storm") === undefined ? 1 : STORM_COPIES,
      ring: () => find("fraud-ring"),
    };
  }
}
