import { connect } from "node:net";
import { sleep } from "#runtime/backoff.ts";
import type { Caps } from "./attack.ts";
import type { Target } from "./loopback.ts";

/** What was done, and what came of it. */
export type AttackResult = {
  readonly connections: number;
  readonly bytes: number;
  readonly seconds: number;
  /** How often each status was read; answers that an attacker does not read are not in it. */
  readonly answers: Readonly<Record<string, number>>;
};

const CONNECTIONS_PER_SECOND = 2_000;

/** Before a connection that was cut off is replaced: else each attack were a storm of connections. */
const AGAIN_AFTER_MS = 50;

/** The attacker's side of one attack: connections and bytes under caps, and nothing after its time. */
export class Attacker {
  readonly #target: Target;
  readonly #caps: Caps;
  readonly #timeUp: AbortSignal;
  readonly #open = new Set<Hostile>();
  readonly #answers: Record<string, number> = {};
  readonly #beganMs = performance.now();
  #connections = 0;
  #bytes = 0;

  constructor(target: Target, caps: Caps, timeUp: AbortSignal) {
    this.#target = target;
    this.#caps = caps;
    this.#timeUp = timeUp;
    // Whatever waits for the other side ends with its connection.
    timeUp.addEventListener("abort", () => {
      for (const connection of this.#open) connection.close();
    });
  }

  /** Whether the time is up. */
  get isOver(): boolean {
    return this.#timeUp.aborted;
  }

  /** The value of the header Host. */
  get host(): string {
    const { host, port } = this.#target;
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  get result(): AttackResult {
    return {
      connections: this.#connections,
      bytes: this.#bytes,
      seconds: (performance.now() - this.#beganMs) / 1_000,
      answers: this.#answers,
    };
  }

  /** Waits, at most until the time is up. */
  pause(ms: number): Promise<void> {
    return sleep(ms, this.#timeUp);
  }

  /** Keeps so many attackers busy: each with a connection, and with the next one when it is done with that. */
  async sideBySide(
    count: number,
    work: (connection: Hostile) => Promise<unknown>,
    { againAfterMs = AGAIN_AFTER_MS } = {},
  ): Promise<void> {
    const attacker = async () => {
      while (await this.#mayConnect()) {
        const connection = await this.#connect();
        if (connection !== undefined) {
          await work(connection);
          connection.close();
        }
        if (againAfterMs > 0) await this.pause(againAfterMs);
      }
    };
    await Promise.all(Array.from({ length: count }, attacker));
  }

  /** Opens connections, so many at a time, and resets each at once: most are gone before they are accepted. */
  async reset(count: number): Promise<void> {
    const attacker = async () => {
      while (await this.#mayConnect()) {
        await new Promise<void>((gone) => {
          const socket = connect(this.#target, () => socket.resetAndDestroy());
          socket.once("error", () => {}).once("close", () => gone());
        });
      }
    };
    await Promise.all(Array.from({ length: count }, attacker));
  }

  /** Waits until the pace allows it; false if the time is up or the cap is reached. */
  async #mayConnect(): Promise<boolean> {
    if (this.isOver || this.#connections >= this.#caps.connections) {
      return false;
    }
    const { connectionsPerSecond = CONNECTIONS_PER_SECOND } = this.#caps;
    await this.#pace(this.#connections++, connectionsPerSecond);
    return !this.isOver;
  }

  /** @returns undefined if it is refused */
  async #connect(): Promise<Hostile | undefined> {
    const { host: hostname, port } = this.#target;
    const socket = await Deno.connect({ hostname, port })
      .catch(() => undefined);
    if (socket === undefined) {
      this.#connections--;
      return undefined;
    }
    const connection: Hostile = new Hostile(socket, {
      mayWrite: (bytes) => this.#mayWrite(bytes),
      onAnswer: (status) =>
        this.#answers[status] = (this.#answers[status] ?? 0) + 1,
      onClosed: () => this.#open.delete(connection),
    });
    if (this.isOver) connection.close();
    else this.#open.add(connection);
    return connection;
  }

  /** Waits until the pace allows it; false if the time is up or the cap is reached. */
  async #mayWrite(bytes: number): Promise<boolean> {
    if (this.isOver || this.#bytes + bytes > this.#caps.bytes) return false;
    this.#bytes += bytes;
    const { bytesPerSecond } = this.#caps;
    if (bytesPerSecond !== undefined) {
      await this.#pace(this.#bytes, bytesPerSecond);
    }
    return !this.isOver;
  }

  /** Waits until so many of something are due, at so many a second. */
  async #pace(count: number, perSecond: number): Promise<void> {
    const dueMs = this.#beganMs + count * 1_000 / perSecond;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 1) await this.pause(earlyMs);
  }
}

type Ties = {
  readonly mayWrite: (bytes: number) => Promise<boolean>;
  readonly onAnswer: (status: string) => void;
  readonly onClosed: () => void;
};

/** One connection of an attacker. It reads nothing unless it is told to. */
export class Hostile {
  readonly #socket: Deno.TcpConn;
  readonly #ties: Ties;
  readonly #received = new Uint8Array(4 * 1024);
  #closed = false;

  constructor(socket: Deno.TcpConn, ties: Ties) {
    this.#socket = socket;
    this.#ties = ties;
    // Each write is a segment of its own.
    socket.setNoDelay(true);
  }

  /** Sends all of it; false if it cannot: the other side hung up, the time is up or a cap is reached. */
  async write(data: Uint8Array | string): Promise<boolean> {
    let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (!await this.#ties.mayWrite(rest.length)) return false;
    try {
      while (rest.length > 0) {
        rest = rest.subarray(await this.#socket.write(rest));
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Waits for a piece of an answer; false if none comes any more. */
  async read(): Promise<boolean> {
    const length = await this.#socket.read(this.#received).catch(() => null);
    if (length === null) return false;
    const text = new TextDecoder("latin1")
      .decode(this.#received.subarray(0, length));
    for (const [, status = ""] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      this.#ties.onAnswer(status);
    }
    return true;
  }

  /** Sends a request again each time something of its answer has come, for as long as that goes. */
  async askOn(request: Uint8Array | string): Promise<void> {
    while (await this.write(request) && await this.read());
  }

  /** Reads on until the other side hangs up or the time is up. */
  async readOn(): Promise<void> {
    while (await this.read());
  }

  /** Says that nothing more is sent. */
  async endSending(): Promise<void> {
    await this.#socket.closeWrite().catch(() => {});
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ties.onClosed();
    this.#socket.close();
  }
}
