import type { DeskAction } from "#contracts/desk_action.ts";
import { services } from "#contracts/services.ts";
import { linkOf, readChained } from "#runtime/action_chain.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import type { Findings, Found } from "./findings.ts";
import type { DeskReport } from "./report.ts";

/** An action and the record that it stands in. */
export type LoggedAction = {
  readonly action: DeskAction;
  readonly number: number;
  readonly record: Pick<
    ReceivedRecord,
    "topic" | "partition" | "offset" | "timestampMs"
  >;
};

type Candidate = LoggedAction & {
  readonly previous: string | null;
  readonly link: string;
};

/** Of records that say they are the same action so many are held until the next one says which it is. */
const MOST_CANDIDATES = 16;

/**
 * Follows the chain of actions through their log, and names what is not as it was written. The desk itself stops at the first
 * fault; an audit goes on behind it, so that each is named once, by where it is.
 *
 * A record that was altered keeps its number: it is found out by the next one, which names the hash of what stood there.
 * One that was put in has a number that another has, too, or one far ahead: the next one names the one that it was written
 * after.
 */
export class ChainAudit {
  readonly #topic: string;
  readonly #findings: Findings;
  /** Undefined until the first action that is kept was read, if retention has removed what came before. */
  #number: number | undefined;
  /** The records that say they are the last action so far: one, if nobody has put another in. */
  #last: Candidate[] = [];
  /** One that is further on than it should be: the next one says whether those before it are gone. */
  #ahead: Candidate | undefined;
  /** Of those, the ones behind which the chain went on as if they were not there. */
  #early: Candidate[] = [];
  /** Numbers of which no record was met yet, and the record behind them. */
  #gaps: { first: number; last: number; record: RecordCoordinates }[] = [];
  #first: number | undefined;
  #end: { number: number; link: string } | undefined;

  /** @param isCut whether retention has removed the beginning of the log, of which nothing can be said */
  constructor(
    { topic, findings, isCut }: {
      topic: string;
      findings: Findings;
      isCut: boolean;
    },
  ) {
    this.#topic = topic;
    this.#findings = findings;
    this.#number = isCut ? undefined : 0;
  }

  /**
   * Takes the next record.
   *
   * @returns actions that are now known to be what they say, or the likeliest to be
   */
  take(record: ReceivedRecord): LoggedAction[] {
    const read = readChained(record.value);
    if (read === undefined) {
      this.#find("unexplained", record, "is no action");
      return [];
    }
    const { chain: { number, previous }, action } = read;
    this.#first ??= number;
    const { topic, partition, offset, timestampMs } = record;
    return this.#follow({
      action,
      number,
      previous,
      record: { topic, partition, offset, timestampMs },
      link: linkOf(record.value ?? ""),
    });
  }

  /**
   * To be called after the last record.
   *
   * @returns the actions that were not returned before
   */
  end(): LoggedAction[] {
    const rest = [...this.#acceptAhead(), ...this.#undecided()];
    const last = rest.at(-1);
    if (last !== undefined) {
      this.#end = { number: last.number, link: last.link };
    }
    for (const { record, number } of this.#early) {
      this.#find("unexplained", record, `is action ${number}, out of place`);
    }
    for (const { first, last, record } of this.#gaps) {
      this.#findings.add({
        kind: "missing",
        service: services.dead_letter_desk,
        eventId: null,
        record,
        what: first === last
          ? `action ${first} is gone from ${this.#topic} before it`
          : `actions ${first} to ${last} are gone from ${this.#topic} before it`,
      }, last - first + 1);
    }
    return rest;
  }

  get actions(): DeskReport["actions"] {
    if (this.#first === undefined || this.#end === undefined) return null;
    const { number, link } = this.#end;
    return { first: this.#first, last: number, link };
  }

  #follow(its: Candidate): LoggedAction[] {
    const last = this.#number;
    if (last === undefined) return this.#goOn(its, []);
    if (its.number === last + 1) {
      this.#leaveAhead();
      return this.#goOn(its, this.#decide(its));
    }
    if (this.#ahead !== undefined) {
      return [...this.#acceptAhead(), ...this.#follow(its)];
    }
    if (its.number > last + 1) {
      const early = this.#early.find(({ number, link }) =>
        number === last + 1 && link === its.previous
      );
      if (early === undefined || its.number !== last + 2) {
        this.#ahead = its;
        return [];
      }
      this.#early = this.#early.filter((one) => one !== early);
      this.#find(
        "conflicting",
        early.record,
        `is action ${early.number}, and stands before action ${last}`,
      );
      return [
        ...this.#goOn(early, this.#decide(early)),
        ...this.#goOn(its, this.#decide(its)),
      ];
    }
    if (its.number === last && this.#last.length < MOST_CANDIDATES) {
      this.#last.push(its);
      return [];
    }
    return this.#outOfPlace(its, last);
  }

  #goOn<T>(its: Candidate, decided: T): T {
    this.#number = its.number;
    this.#last = [its];
    return decided;
  }

  /** The chain goes on where it was: what was further on was put in, or belongs to a later place. */
  #leaveAhead(): void {
    if (this.#ahead === undefined) return;
    if (this.#early.length < MOST_CANDIDATES) this.#early.push(this.#ahead);
    else {
      const { record, number } = this.#ahead;
      this.#find("unexplained", record, `is action ${number}, out of place`);
    }
    this.#ahead = undefined;
  }

  /** The chain goes on behind what is further on: those before it are gone, or come later. */
  #acceptAhead(): Candidate[] {
    const ahead = this.#ahead;
    if (ahead === undefined) return [];
    this.#ahead = undefined;
    this.#gaps.push({
      first: (this.#number ?? 0) + 1,
      last: ahead.number - 1,
      record: ahead.record,
    });
    return this.#goOn(ahead, this.#undecided());
  }

  /** Says which of the last ones is meant by the next. */
  #decide({ number, previous, record }: Candidate): Candidate[] {
    if (this.#last.length === 0 && previous !== null) {
      this.#find(
        "conflicting",
        record,
        `is action ${number}, and names another before it`,
      );
    }
    const meant = this.#last.find(({ link }) => link === previous);
    for (const one of this.#last) {
      if (one === meant) continue;
      this.#find(
        meant === undefined ? "conflicting" : "unexplained",
        one.record,
        `is not the action ${one.number} that action ${number} was written after`,
      );
    }
    return [meant ?? this.#last[0]].flatMap((one) => one ?? []);
  }

  /** The last ones, if no next one says which of them is meant. */
  #undecided(): Candidate[] {
    const [first, ...others] = this.#last;
    if (first === undefined) return [];
    if (others.length > 0) {
      this.#findings.add({
        kind: "doubled",
        service: services.dead_letter_desk,
        eventId: null,
        record: first.record,
        outputs: this.#last.map(({ record }) => record),
        what:
          `is not the only action ${first.number}, and none comes after them that says which it was written after`,
      });
    }
    return [first];
  }

  /** One with a number that was passed already: it was exchanged with another, or put in. */
  #outOfPlace(its: Candidate, last: number): LoggedAction[] {
    const { number, record } = its;
    const gap = this.#gaps.find((gap) =>
      gap.first <= number && number <= gap.last
    );
    if (gap === undefined) {
      this.#find(
        "unexplained",
        record,
        `is action ${number}, where action ${last + 1} should be`,
      );
      return [];
    }
    this.#gaps = this.#gaps.flatMap((one) =>
      one === gap
        ? [{ ...gap, last: number - 1 }, { ...gap, first: number + 1 }]
          .filter((part) => part.first <= part.last)
        : [one]
    );
    this.#find(
      "conflicting",
      record,
      `is action ${number}, and stands behind action ${last}`,
    );
    return [its];
  }

  #find(
    kind: Found["kind"],
    { topic, partition, offset }: RecordCoordinates,
    what: string,
  ): void {
    this.#findings.add({
      kind,
      service: services.dead_letter_desk,
      eventId: null,
      record: { topic, partition, offset },
      what,
    });
  }
}
