/**
 * Sends requests over a number of connections, in one of two ways. *Saturating*: each connection sends as
 * soon as it has its answer, which shows how many requests a second there can be. *Open*: requests are due
 * at times that do not depend on the answers, as those of independent senders, and a request's latency
 * counts from when it was due. A server that stalls so delays all that was due meanwhile, where a sender
 * that waits for the last answer would leave it out ("coordinated omission", Gil Tene, "How NOT to Measure
 * Latency", 2015).
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { Random } from "#kit/random.ts";
import { Connection } from "./connection.ts";

export type Sent = {
  /** Seconds from the first request to the last answer. */
  readonly seconds: number;
  /** Milliseconds of each request: from when it was due, or from when it was sent if none is due. */
  readonly latencies: Float64Array;
  readonly statuses: Readonly<Record<number, number>>;
  /** `Date.now()` to which the due times were added. */
  readonly startedMs: number;
};

export type Target = {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
};

/**
 * Times after the start at which requests are due, in milliseconds: a Poisson process, as of senders that
 * know nothing of each other.
 */
export function dueTimes(
  { count, perSecond, seed = 1 }: {
    count: number;
    perSecond: number;
    seed?: number;
  },
): Float64Array {
  const random = new Random(seed);
  let at = 0;
  return Float64Array.from({ length: count }, () => {
    at += -Math.log(1 - random.next()) * 1_000 / perSecond;
    return at;
  });
}

/**
 * Sends all requests and waits for all answers.
 *
 * @param due when each is to be sent; absent: as soon as a connection is free
 * @throws if a connection breaks or an answer cannot be read
 */
export async function sendAll(
  { host, port, connections }: Target,
  requests: readonly Buffer[],
  due?: Float64Array,
): Promise<Sent> {
  const latencies = new Float64Array(requests.length);
  const statuses: Record<number, number> = {};
  const idle: Connection[] = [];
  const underWay = new Map<Connection, { index: number; since: number }>();
  const over = Promise.withResolvers<void>();
  over.promise.catch(() => {});
  let next = 0;
  let answered = 0;
  let began = 0;

  const send = (connection: Connection, nowMs: number) => {
    const index = next++;
    const since = due === undefined ? nowMs : began + (due[index] ?? 0);
    underWay.set(connection, { index, since });
    const request = requests[index];
    if (request !== undefined) connection.send(request);
  };
  const isDue = (nowMs: number) =>
    next < requests.length &&
    (due === undefined || began + (due[next] ?? 0) <= nowMs);
  const onAnswer = (connection: Connection, status: number) => {
    const nowMs = performance.now();
    const request = underWay.get(connection);
    if (request === undefined) {
      return over.reject(new Error("An answer came that nobody had asked for"));
    }
    latencies[request.index] = nowMs - request.since;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (isDue(nowMs)) send(connection, nowMs);
    else idle.push(connection);
    if (++answered === requests.length) over.resolve();
  };
  const opened = await Promise.all(
    Array.from(
      { length: connections },
      () => Connection.open({ host, port, onAnswer, onBroken: over.reject }),
    ),
  );
  idle.push(...opened);
  const startedMs = Date.now();
  began = performance.now();
  const sendDue = () => {
    const nowMs = performance.now();
    while (idle.length > 0 && isDue(nowMs)) {
      const connection = idle.pop();
      if (connection !== undefined) send(connection, nowMs);
    }
  };
  sendDue();
  const timer = setInterval(sendDue, 1);
  try {
    await over.promise;
    return {
      seconds: (performance.now() - began) / 1_000,
      latencies,
      statuses,
      startedMs,
    };
  } finally {
    clearInterval(timer);
    for (const connection of opened) connection.close();
  }
}
