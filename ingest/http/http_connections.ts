import type { HttpConnection, Phase } from "./http_connection.ts";

/** Why the server ended a connection that a client would have kept. */
export const closingReasons = ["idle", "timeout", "crowded", "full"] as const;
export type ClosingReason = (typeof closingReasons)[number];

/** How often deadlines are looked at. */
export const TICK_MS = 50;

/** Milliseconds that a connection may be in a phase, if its peer has to do something. */
export type PhaseLimits = Readonly<Record<WaitingPhase, number>>;
type WaitingPhase = Exclude<Phase, "answering" | "closed">;

export const phaseLimits: PhaseLimits = {
  // More than the 60 s that load balancers keep one as a rule: who closes first is then them.
  idle: 75_000,
  head: 10_000,
  body: 30_000,
  writing: 10_000,
  lingering: 1_000,
};

/**
 * In ticks: what has waited less is not ended for want of room. What comes on a connection comes at once, as a
 * rule, and has been read by then.
 */
const TICKS_UNTOUCHED = 3;

/** The same, of a connection of somebody known, which may be about to be used again. */
const TICKS_UNTOUCHED_IF_KNOWN = 20;

/** In ticks: so long there has to be no room at all until newcomers are told so. */
const TICKS_UNTIL_FULL = 20;

/** Of those that there may be, so many are closed at once: to look for them each time would cost more. */
const CLOSED_SHARE = 1 / 64;

/** Descriptors left free if the process ran out of them: for Kafka, files, and what comes next. */
const SPARE_DESCRIPTORS = 16;
const LEAST_CONNECTIONS = 8;

/** More than there may be, as a share of them: those that are just told that there is no room. */
const TURNED_AWAY_SHARE = 1 / 8;

/** What there is for one more connection. */
export type Room = "room" | "soon" | "to turn away" | "none";

/** All connections there are: how many there may be, how long each may wait, and which ends for want of room. */
export class HttpConnections {
  readonly #all = new Set<HttpConnection>();
  readonly #ticks: Record<Phase, number>;
  readonly #closed: (reason: ClosingReason) => void;
  #max: number;
  #tick = 0;
  #noRoomSince: number | undefined;

  constructor({ max, limits, closed }: {
    max: number;
    limits: PhaseLimits;
    closed: (reason: ClosingReason) => void;
  }) {
    // One more: the first may be a moment away.
    const ticks = (ms: number) => Math.ceil(ms / TICK_MS) + 1;
    this.#ticks = {
      idle: ticks(limits.idle),
      head: ticks(limits.head),
      body: ticks(limits.body),
      writing: ticks(limits.writing),
      lingering: ticks(limits.lingering),
      answering: Infinity,
      closed: Infinity,
    };
    this.#max = max;
    this.#closed = closed;
  }

  get size(): number {
    return this.#all.size;
  }

  /** How many there may be. */
  get max(): number {
    return this.#max;
  }

  [Symbol.iterator](): Iterator<HttpConnection> {
    return this.#all[Symbol.iterator]();
  }

  /**
   * Whether there is room for one more; those that have waited longest make it. If none has waited long,
   * there will be some in a moment, unless all are at work for long.
   */
  makeRoom(): Room {
    const batch = Math.max(1, Math.floor(this.#max * CLOSED_SHARE));
    // Of those that are ended, some go within a moment, when their answer is written.
    if (this.#all.size < this.#max || this.#end(batch) > 0) {
      this.#noRoomSince = undefined;
      return "room";
    }
    this.#noRoomSince ??= this.#tick;
    if (this.#tick - this.#noRoomSince < TICKS_UNTIL_FULL) return "soon";
    return this.#all.size < this.#max * (1 + TURNED_AWAY_SHARE)
      ? "to turn away"
      : "none";
  }

  /** The process has no descriptors left: there will be no more connections than leave it some. */
  ranOut(): void {
    this.#max = Math.max(
      LEAST_CONNECTIONS,
      Math.min(this.#max, this.#all.size - SPARE_DESCRIPTORS),
    );
    this.#end(this.#all.size - this.#max, { atOnce: true });
  }

  /** The server ends: whoever does not take an answer is waited for no longer than behind a last one. */
  hurry(): void {
    this.#ticks.writing = Math.min(this.#ticks.writing, this.#ticks.lingering);
    for (const connection of this.#all) {
      if (connection.phase !== "writing") continue;
      connection.due = Math.min(
        connection.due,
        this.#tick + this.#ticks.writing,
      );
    }
  }

  add(connection: HttpConnection): void {
    this.#all.add(connection);
  }

  /** Sets the deadline of a phase that began. */
  entered(connection: HttpConnection, phase: Phase): void {
    if (phase === "closed") return void this.#all.delete(connection);
    // A request has one time from its beginning on, however many pieces it comes in.
    if (phase === "idle" || phase === "writing" || phase === "lingering") {
      connection.waitingSince = this.#tick;
    }
    if (phase === "idle") connection.bodyDue = undefined;
    const due = this.#tick + this.#ticks[phase];
    // All pieces of a body have one deadline.
    connection.due = phase === "body" ? connection.bodyDue ??= due : due;
  }

  /**
   * To be called every `TICK_MS`. Time is counted in calls, so that a process that stood still does not take
   * its own standing still for its peers'.
   */
  tick(): void {
    this.#tick++;
    for (const connection of this.#all) {
      if (connection.due > this.#tick) continue;
      if (connection.phase !== "lingering") {
        this.#closed(connection.phase === "idle" ? "idle" : "timeout");
      }
      connection.giveUp("request_timeout");
    }
  }

  /** Ends connections that wait for their peers, those first that are least likely to be anybody's. */
  #end(count: number, { atOnce = false } = {}): number {
    const ended = this.#leastWanted(count, atOnce ? 0 : TICKS_UNTOUCHED);
    for (const connection of ended) {
      const { phase } = connection;
      if (phase !== "lingering") this.#closed("crowded");
      connection.giveUp("crowded");
      // The app answers a body that is given up; all others have what answer they get.
      if (phase !== "body" || atOnce) connection.close();
    }
    return ended.length;
  }

  #leastWanted(count: number, ticks: number): HttpConnection[] {
    const lingering: HttpConnection[] = [];
    const byPeer = new Map<string, HttpConnection[]>();
    const vouched: HttpConnection[] = [];
    let isOneYoung = false;
    for (const connection of this.#all) {
      if (connection.phase === "answering") continue;
      const age = this.#tick - connection.waitingSince;
      if (connection.isVouched) {
        if (age >= TICKS_UNTOUCHED_IF_KNOWN) vouched.push(connection);
      } else if (age < ticks) isOneYoung = true;
      else if (connection.phase === "lingering") lingering.push(connection);
      else {
        const ofPeer = byPeer.get(connection.peer);
        if (ofPeer === undefined) byPeer.set(connection.peer, [connection]);
        else ofPeer.push(connection);
      }
    }
    // Who has most gives first: one sender's crowd closes its own connections, not others'.
    const most = [...byPeer.values()].sort((a, b) => b.length - a.length);
    const unknown = [lingering, ...most.map(longestWaiting)].flat();
    // Somebody known goes only if there is nobody else, not even in a moment.
    return unknown.length > 0 || isOneYoung
      ? unknown.slice(0, count)
      : longestWaiting(vouched).slice(0, count);
  }
}

function longestWaiting(connections: HttpConnection[]): HttpConnection[] {
  return connections.sort((a, b) => a.waitingSince - b.waitingSince);
}
