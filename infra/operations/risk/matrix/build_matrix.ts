import { closeSync, openSync } from "node:fs";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { schemaOf } from "#contracts/events/registry.ts";
import {
  featureNames,
  featureRow,
} from "../../../../workers/enrichment/features/features.ts";
import type { Rates } from "../../../../workers/enrichment/features/rates.ts";
import { scoredMoment } from "../../../../workers/enrichment/features/scored_moment.ts";
import {
  type EventLike,
  type Fact,
  factOf,
} from "../../../../workers/enrichment/history/fact.ts";
import { History } from "../../../../workers/enrichment/history/history.ts";
import { remember } from "../../../../workers/enrichment/history/payment_memory.ts";
import { GrowingNumbers } from "./growing.ts";
import { linesOf } from "../../lines.ts";
import { writeAll } from "../write_all.ts";
import { Waiting } from "./waiting.ts";

/** Features of payments as rows of doubles in a file, and what is known of each row beside them. */
export type Matrix = {
  readonly path: string;
  readonly width: number;
  readonly rows: number;
  /** Milliseconds since the epoch, never less than that of the row before. */
  readonly atMs: Float64Array;
  /** A number for each customer; -1 if the payment names none. */
  readonly customer: Float64Array;
  /** When each payment became known as a fraud; Infinity if it never did. */
  readonly fraudMs: Float64Array;
  /** How long after a payment its dispute came, of all disputed ones, the shortest first. */
  readonly lagsMs: Float64Array;
  /** The time of the first event, from which the history knows. */
  readonly sinceMs: number;
  /** The time of the last event of any type. */
  readonly endMs: number;
  readonly events: number;
  readonly skipped: { readonly known: number; readonly early_disputes: number };
};

const DAY_MS = 86_400_000;
/** The memory of orders and of customers who come seldom is bounded as the worker's is. */
const MAX_ENTITIES = 300_000;
const BUFFERED_ROWS = 4_096;
/** All ids of the file are taken to be of one who gave them: a dispute may come from another source than its payment. */
const SCOPE = "file";

/**
 * Reads facts in order of time and works out, for each authorised payment, the features that the worker would have made when it
 * came. A fraud is known `delayDays` after the payment, and never before its dispute.
 *
 * @param path of NDJSON
 * @param to where rows are written
 * @throws {StartError} if a line is no event, or events are not in order
 */
export async function buildMatrix(
  path: string,
  to: string,
  { delayDays, rates }: { delayDays: number; rates: Rates | undefined },
): Promise<Matrix> {
  const history = new History();
  const rows = new Map<string, number>();
  const facts: Fact[] = [];
  const customers = new Map<string, number>();
  const [atMs, customer, fraudMs] = [
    new GrowingNumbers(),
    new GrowingNumbers(),
    new GrowingNumbers(),
  ];
  const lagsMs = new GrowingNumbers();
  const waiting = new Waiting<{ payment: Fact; dispute: Fact }>();
  const skipped = { known: 0, early_disputes: 0 };
  const width = featureNames.length;
  const buffer = new Float64Array(BUFFERED_ROWS * width);
  let [buffered, events, sinceMs, endMs] = [0, 0, Infinity, -Infinity];
  const file = openSync(to, "w");
  const flush = () => {
    writeAll(file, new Uint8Array(buffer.buffer, 0, buffered * width * 8));
    buffered = 0;
  };
  const foldKnown = (nowMs: number) => {
    while (true) {
      const known = waiting.take(nowMs);
      if (known === undefined) return;
      const { changes } = remember(
        { key: known.payment.payment, facts: [known.payment] },
        known.dispute,
      );
      for (const change of changes) history.fold(change);
    }
  };
  const disputed = (dispute: Fact) => {
    const row = rows.get(dispute.payment);
    const payment = row === undefined ? undefined : facts[row];
    if (row === undefined || payment === undefined) {
      skipped.early_disputes++;
      return;
    }
    const knownMs = Math.max(
      payment.atMs + delayDays * DAY_MS,
      dispute.atMs,
    );
    if (fraudMs.at(row) <= knownMs) return;
    fraudMs.set(row, knownMs);
    lagsMs.push(dispute.atMs - payment.atMs);
    waiting.add(knownMs, { payment, dispute: { ...dispute, atMs: knownMs } });
  };
  const authorized = (event: EventLike, fact: Fact) => {
    if (rows.has(fact.payment)) {
      skipped.known++;
      return;
    }
    const moment = scoredMoment(event, fact, { view: history, rates });
    buffer.set(featureRow(moment), buffered * width);
    if (++buffered === BUFFERED_ROWS) flush();
    rows.set(fact.payment, facts.length);
    facts.push(fact);
    atMs.push(fact.atMs);
    fraudMs.push(Infinity);
    customer.push(numberOf(fact.customer, customers));
    for (const change of remember(undefined, fact).changes) {
      history.fold(change);
    }
    history.leaveAtMost({ entities: MAX_ENTITIES, payments: 0 });
  };
  const other = (fact: Fact) => {
    const payment = facts[rows.get(fact.payment) ?? -1];
    const before = payment && { key: fact.payment, facts: [payment] };
    for (const change of remember(before, fact).changes) history.fold(change);
  };
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      if (line.trim() === "") continue;
      events++;
      const event = eventOf(line, events);
      const fact = factOf(event, { scope: SCOPE });
      if (fact === undefined) continue;
      if (fact.atMs < endMs) {
        throw refusal(
          `Event ${events} of ${path} is of ${event.timestamp}, before the one above it: sort the file by timestamp.`,
        );
      }
      sinceMs = Math.min(sinceMs, fact.atMs);
      endMs = fact.atMs;
      foldKnown(fact.atMs);
      if (event.event_type === PAYMENT_AUTHORIZED) authorized(event, fact);
      else if (fact.kind === "disputed" && fact.isFraud) disputed(fact);
      else other(fact);
    }
  }
  flush();
  closeSync(file);
  return {
    path: to,
    width,
    rows: facts.length,
    atMs: atMs.all(),
    customer: customer.all(),
    fraudMs: fraudMs.all(),
    lagsMs: lagsMs.all().slice().sort(),
    sinceMs,
    endMs,
    events,
    skipped,
  };
}

function eventOf(line: string, nth: number): EventLike {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw refusal(`Event ${nth} is no JSON: ${beginningOf(line)}`, cause);
  }
  const type = typeof value === "object" && value !== null &&
      "event_type" in value && typeof value.event_type === "string"
    ? value.event_type
    : "";
  const read = schemaOf(type)?.safeParse(value);
  if (read?.success) return read.data as EventLike;
  const why = read?.error.issues[0];
  throw refusal(
    why === undefined
      ? `Event ${nth} has no event_type of the contract: ${beginningOf(line)}`
      : `Event ${nth} is no ${type}: ${why.path.join(".")} ${why.message}.`,
  );
}

/** As a terminal can be shown it, whatever the file is of. */
function beginningOf(line: string): string {
  return JSON.stringify(line.slice(0, 80)).replaceAll(/[^ -~]/g, "?");
}

function refusal(message: string, cause?: unknown): StartError {
  return new StartError(message, { cause, exitCode: exitCodes.config });
}

function numberOf(key: string | undefined, all: Map<string, number>): number {
  if (key === undefined) return -1;
  const known = all.get(key);
  if (known !== undefined) return known;
  all.set(key, all.size);
  return all.size - 1;
}
