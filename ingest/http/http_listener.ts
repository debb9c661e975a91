import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import { HttpConnection, type Phase } from "./http_connection.ts";
import {
  type ClosingReason,
  HttpConnections,
  type PhaseLimits,
  type Room,
  TICK_MS,
} from "./http_connections.ts";
import type { HttpRefusal } from "./http_refusals.ts";
import type { IncomingRequest } from "./incoming_request.ts";
import { Turnstile } from "./turnstile.ts";

/** What happens at the door, for metrics. */
export type HttpListenerEvents = {
  listening(door: {
    /** How many there are. */
    readonly connections: number;
    /** How many there may be. */
    readonly maxConnections: number;
  }): void;
  refused(refusal: HttpRefusal): void;
  closed(reason: ClosingReason): void;
};

/**
 * Connections that wait with the kernel, which has its own limit (`net.core.somaxconn`). One that finds no place
 * there is tried again by its sender's system after a second.
 */
const BACKLOG = 4_096;

/**
 * Connections accepted in one turn of the event loop. Accepting goes on for as long as there are newcomers, and what
 * they send is read by the same loop: with eight a turn, a storm of connections had reads wait for 130 ms, with two
 * for 10.
 */
const arrivals = new Turnstile(2);

/** Between two tries to accept if the process has no descriptors. */
const RETRY_MS = 50;
/** At most one line in this time says so. */
const LOG_INTERVAL_MS = 10_000;

/**
 * Accepts connections and serves HTTP/1.1 on them until it is closed. HTTP/2 is not offered: whoever wants it has
 * a proxy in front.
 *
 * Our own, because neither server of Deno 2.9.6 holds what an open door asks for. `Deno.serve` has no deadline
 * for heads and idle connections, no limit of connections, ends by EMFILE, answers an upgrade and a hundred
 * headers with a bare 400, and forgets a request whose sender has closed its half; `node:http` has deadlines, at
 * three times the processor time a request. See docs/decisions/0010-the-door.md.
 */
export class HttpListener {
  readonly #listener: Deno.TcpListener;
  readonly #connections: HttpConnections;
  readonly #serving = new Set<Promise<void>>();
  readonly #answer: (request: IncomingRequest) => Response | Promise<Response>;
  readonly #keepsAlive: () => boolean;
  readonly #events: HttpListenerEvents;
  readonly #log: Log;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  readonly authority: string;
  #ticked = Promise.withResolvers<void>();
  #isClosed = false;
  #loggedMs = -Infinity;

  /** @throws if the port is taken or may not be bound */
  constructor({ host, port, maxConnections, limits, ...rest }: {
    host: string;
    port: number;
    maxConnections: number;
    limits: PhaseLimits;
    answer: (request: IncomingRequest) => Response | Promise<Response>;
    keepsAlive: () => boolean;
    events: HttpListenerEvents;
    log: Log;
  }) {
    this.#answer = rest.answer;
    this.#keepsAlive = rest.keepsAlive;
    this.#events = rest.events;
    this.#log = rest.log;
    this.#connections = new HttpConnections({
      max: maxConnections,
      limits,
      closed: rest.events.closed,
    });
    this.#listener = Deno.listen({
      hostname: host,
      port,
      tcpBacklog: BACKLOG,
    });
    const bound = host.includes(":") ? `[${host}]` : host;
    this.authority = `${bound}:${this.#listener.addr.port}`;
    this.#clock = setInterval(() => {
      this.#connections.tick();
      this.#ticked.resolve();
      this.#ticked = Promise.withResolvers();
    }, TICK_MS);
    this.#accepting = this.#accept();
    this.#events.listening(this);
  }

  get connections(): number {
    return this.#connections.size;
  }

  get maxConnections(): number {
    return this.#connections.max;
  }

  get keepsAlive(): boolean {
    return this.#keepsAlive();
  }

  answer(request: IncomingRequest): Response | Promise<Response> {
    return this.#answer(request);
  }

  entered(connection: HttpConnection, phase: Phase): void {
    this.#connections.entered(connection, phase);
  }

  refused(refusal: HttpRefusal): void {
    this.#events.refused(refusal);
  }

  /** Accepts no more, and resolves when the answers that are under way are written, or given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    await this.#accepting;
    this.#connections.hurry();
    for (const connection of this.#connections) {
      if (connection.phase === "idle" || connection.phase === "head") {
        connection.close();
      }
    }
    await Promise.all(this.#serving);
    clearInterval(this.#clock);
  }

  async #accept(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const accepted = await this.#listener.accept();
        this.#serve(accepted, await this.#room());
      } catch (error) {
        if (this.#isClosed) return;
        if (!isOfOneConnection(error)) await this.#survive(error);
      }
      await arrivals.pass();
    }
  }

  /** Who comes while this waits for room, waits with the kernel. */
  async #room(): Promise<Room> {
    let room = this.#connections.makeRoom();
    while (room === "soon" && !this.#isClosed) {
      await this.#ticked.promise;
      room = this.#connections.makeRoom();
    }
    return room;
  }

  #serve(accepted: Deno.TcpConn, room: Room): void {
    if (room !== "room") this.#events.closed("full");
    if (room === "none") return accepted.close();
    accepted.setNoDelay(true);
    const connection = new HttpConnection(accepted, {
      address: accepted.remoteAddr.hostname,
      owner: this,
    });
    this.#connections.add(connection);
    const served =
      (room === "room" ? connection.serve() : connection.turnAway())
        .finally(() => this.#serving.delete(served));
    this.#serving.add(served);
  }

  /** Out of descriptors, as a rule (EMFILE, ENFILE), and whoever waits in the kernel's queue is still there then. */
  async #survive(error: unknown): Promise<void> {
    const { size } = this.#connections;
    if (isOutOfDescriptors(error)) this.#connections.ranOut();
    const nowMs = performance.now();
    if (nowMs - this.#loggedMs > LOG_INTERVAL_MS) {
      this.#loggedMs = nowMs;
      this.#log.warn(
        "Cannot accept a connection beside {connections}: {reason}. From here on there are at most {maxConnections}; raise the limit of open files (ulimit -n) for more",
        {
          connections: size,
          reason: describeError(error),
          maxConnections: this.#connections.max,
        },
      );
    }
    await sleep(RETRY_MS);
  }
}

/** Its peer reset it before it was accepted, which Deno asks for its address then: nobody else is to wait for that. */
function isOfOneConnection(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}

function isOutOfDescriptors(error: unknown): boolean {
  return error instanceof Error && /os error (23|24)\b/.test(error.message);
}
