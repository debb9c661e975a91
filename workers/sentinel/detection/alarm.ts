import type { Minute } from "./evidence.ts";
import type { Direction, SeriesId } from "./signals.ts";

/** Something that was found, as the detector keeps it. Minutes are slots of event time since the epoch. */
export type Alarm = {
  readonly number: number;
  readonly series: SeriesId;
  readonly direction: Direction;
  /** Names from the provider down. */
  readonly path: readonly string[];
  /** The first minute that it is seen in. */
  readonly since: number;
  /** The minute whose close raised it. */
  readonly raised: number;
  /** What was counted and expected from the one to the other. */
  readonly at: Minute;
  /** In millionths of a nat. */
  readonly evidence: number;
  readonly threshold: number;
  /** The same since it began, for as long as it is open. */
  total: { observed: number; expected: number; exposure: number };
  /** Evidence that all is as usual again, in millionths of a nat, and since when. */
  readonly reverse: { sum: number; since: number };
  /** For how much a count stands on average: in millionths of the currency, by currency. */
  readonly money: Readonly<Record<string, number>>;
};

/** Why an alarm is closed: all is as usual again; or it has lasted so long that what it found is usual. */
export type Closing = "recovered" | "became_usual";

export type Finding =
  | { readonly state: "opened"; readonly alarm: Alarm }
  | {
    readonly state: "closed";
    readonly alarm: Alarm;
    /** The minute whose close closed it. */
    readonly minute: number;
    readonly why: Closing;
  };
