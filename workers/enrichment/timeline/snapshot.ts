import { ByteReader, ByteWriter } from "../history/bytes.ts";
import { readEntity, writeEntity } from "../history/entity_bytes.ts";
import { History } from "../history/history.ts";
import { readPayment, writePayment } from "../history/payment_bytes.ts";
import { THE_BEGINNING, type TimelineCut } from "./timeline.ts";

/** What is remembered, and where in the logs it ends. */
export type Snapshot = {
  readonly cut: TimelineCut;
  readonly firstSlice: number | undefined;
  readonly history: History;
};

/** Of what snapshots are made; another one reads none of them. */
export const SNAPSHOT_VERSION = 1;

/** A part of a snapshot is so long, and what one entity or payment takes. */
const CHUNK_BYTES = 512 * 1024;

const [END, CUT, ENTITY, PAYMENT] = [0, 1, 2, 3];

/** A snapshot in parts, of which the first has the cut and the last ends it. The history must not change meanwhile. */
export function* chunksOf(
  { cut, firstSlice, history }: Snapshot,
): Generator<Uint8Array> {
  let to = new ByteWriter();
  to.number(CUT);
  to.number(cut.slice - THE_BEGINNING.slice);
  to.number(cut.folded);
  to.number(firstSlice === undefined ? 0 : firstSlice + 1);
  to.number(cut.lanes.length);
  for (const [partition, { offset, effectiveMs }] of cut.lanes) {
    to.number(partition);
    to.number(offset);
    to.number(effectiveMs + 1);
  }
  for (const [key, entity] of history.entities) {
    to.number(ENTITY);
    to.text(key);
    writeEntity(entity, to);
    if (to.length < CHUNK_BYTES) continue;
    yield to.bytes();
    to = new ByteWriter();
  }
  for (const payment of history.payments.values()) {
    to.number(PAYMENT);
    writePayment(payment, to);
    if (to.length < CHUNK_BYTES) continue;
    yield to.bytes();
    to = new ByteWriter();
  }
  to.number(END);
  yield to.bytes();
}

/** Only the cut, of a snapshot's first part. */
export function cutIn(chunk: Uint8Array): TimelineCut {
  return readCut(new ByteReader(chunk)).cut;
}

/**
 * @returns undefined if parts are missing
 * @throws {RangeError} if a part is no whole one
 */
export function snapshotOf(
  chunks: readonly Uint8Array[],
): Snapshot | undefined {
  const [first, ...others] = chunks;
  if (first === undefined) return undefined;
  const from = new ByteReader(first);
  const head = readCut(from);
  const history = new History();
  let isWhole = readInto(history, from);
  for (const chunk of others) {
    isWhole = readInto(history, new ByteReader(chunk));
  }
  return isWhole ? { ...head, history } : undefined;
}

function readCut(from: ByteReader): Omit<Snapshot, "history"> {
  if (from.number() !== CUT) throw new RangeError("It is no first part.");
  const slice = from.number() + THE_BEGINNING.slice;
  const folded = from.number();
  const firstSlice = from.number();
  const lanes: TimelineCut["lanes"][number][] = [];
  for (let left = from.number(); left > 0; left--) {
    const partition = from.number();
    const offset = from.number();
    const effectiveMs = from.number() - 1;
    lanes.push([partition, { offset, effectiveMs }]);
  }
  return {
    cut: { slice, folded, lanes },
    firstSlice: firstSlice === 0 ? undefined : firstSlice - 1,
  };
}

/** @returns whether it was the last part */
function readInto(history: History, from: ByteReader): boolean {
  while (!from.isAtEnd) {
    switch (from.number()) {
      case ENTITY: {
        const key = from.text();
        history.entities.set(key, readEntity(from));
        break;
      }
      case PAYMENT: {
        const payment = readPayment(from);
        history.payments.set(payment.key, payment);
        break;
      }
      case END:
        return true;
      default:
        throw new RangeError("It is no part of a snapshot.");
    }
  }
  return false;
}
