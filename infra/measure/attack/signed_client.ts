import { randomUUID } from "node:crypto";
import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import { WEBHOOK_PATH } from "../bench/intake.ts";
import { Connection } from "../bench/load/connection.ts";
import { eventMaker } from "../bench/load/events.ts";
import { signedRequests } from "../bench/load/requests.ts";
import { SECRET } from "#kit/provider.ts";
import type { Answer } from "./answers.ts";
import type { Target } from "./loopback.ts";

/** Longer than the intake may take to refuse. */
const ANSWER_WITHIN_MS = 15_000;

type Phase = {
  readonly answers: Answer[];
  readonly underWay: Set<Promise<void>>;
};

/**
 * A provider on the host of the attackers: sends good, small, signed webhooks at a steady rate whatever
 * becomes of them, each second one over a connection of its own, as providers do, and the others over kept
 * ones. Latency counts from when a request was due.
 */
export class SignedClient implements AsyncDisposable {
  readonly #target: Target;
  readonly #stopping = new AbortController();
  readonly #idle: Caller[] = [];
  readonly #event = eventMaker({ run: randomUUID().slice(0, 8) });
  readonly #running: Promise<void>;
  #phase: Phase = newPhase();

  constructor(target: Target, perSecond: number) {
    this.#target = target;
    this.#running = this.#run(1_000 / perSecond);
  }

  /** @returns what the webhooks came to that were due while `work` went on, beside its own result */
  async during<T>(
    work: Promise<T>,
  ): Promise<{ readonly value: T; readonly answers: readonly Answer[] }> {
    const phase = this.#phase = newPhase();
    const value = await work.finally(() => this.#phase = newPhase());
    await Promise.all(phase.underWay);
    return { value, answers: phase.answers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#phase.underWay);
    for (const caller of this.#idle) caller.close();
  }

  async #run(everyMs: number): Promise<void> {
    const { signal } = this.#stopping;
    let dueMs = performance.now();
    for (let index = 0; !signal.aborted;) {
      for (; dueMs <= performance.now(); dueMs += everyMs) {
        this.#send(index++, dueMs, this.#phase);
      }
      await sleep(Math.max(0, dueMs - performance.now()), signal);
    }
  }

  #send(index: number, dueMs: number, { answers, underWay }: Phase): void {
    const isKept = index % 2 === 0;
    const sending = this.#ask(index, isKept)
      .then((status) => ({ status }), (error) => ({
        status: 0,
        why: describeError(error),
      }))
      .then((answer) => {
        answers.push({ ...answer, ms: performance.now() - dueMs });
        underWay.delete(sending);
      });
    underWay.add(sending);
  }

  async #ask(index: number, isKept: boolean): Promise<number> {
    const caller = (isKept ? this.#pickIdle() : undefined) ??
      await Caller.open(this.#target);
    const [request] = signedRequests({
      count: 1,
      event: () => this.#event(index),
      secret: SECRET,
      host: `${this.#target.host}:${this.#target.port}`,
      path: WEBHOOK_PATH,
    });
    try {
      const status = await caller.ask(request ?? new Uint8Array());
      if (isKept) this.#idle.push(caller);
      else caller.close();
      return status;
    } catch (error) {
      caller.close();
      throw error;
    }
  }

  #pickIdle(): Caller | undefined {
    for (;;) {
      const caller = this.#idle.shift();
      if (caller === undefined || !caller.isBroken) return caller;
    }
  }
}

function newPhase(): Phase {
  return { answers: [], underWay: new Set() };
}

/** A connection that is asked one thing at a time. */
class Caller {
  #connection: Connection | undefined;
  #answer = Promise.withResolvers<number>();
  isBroken = false;

  static async open({ host, port }: Target): Promise<Caller> {
    const caller = new Caller();
    caller.#answer.promise.catch(() => {});
    const opening = Connection.open({
      host,
      port,
      onAnswer: (_, status) => caller.#answer.resolve(status),
      onBroken: (error) => {
        caller.isBroken = true;
        caller.#answer.reject(error);
      },
    });
    caller.#connection = await within(ANSWER_WITHIN_MS, opening);
    return caller;
  }

  ask(request: Uint8Array): Promise<number> {
    this.#answer = Promise.withResolvers();
    this.#answer.promise.catch(() => {});
    this.#connection?.send(request);
    return within(ANSWER_WITHIN_MS, this.#answer.promise);
  }

  close(): void {
    this.#connection?.close();
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("No answer came")), ms);
  return await Promise.race([promise, late.promise])
    .finally(() => clearTimeout(timer));
}
