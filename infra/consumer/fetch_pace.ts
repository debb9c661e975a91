import { sleep } from "#runtime/backoff.ts";
import type { ReceivedRecords } from "#kafka/port.ts";
import { bytesOf } from "./record_queue.ts";

/** As much as this is not fetched of a partition at once while a worker keeps up. */
const MUCH_BYTES = 64 * 1024;

/** Whoever got so many records waits for the whole linger, whoever got fewer for a part of it: where little comes, little would come meanwhile. */
const RECORDS_WORTH_A_LINGER = 5;

/**
 * When a member fetches more. A fetch costs broker and worker about the same for one record as for a hundred, so that what comes within
 * a while is fetched together. Who is behind does not wait, and meanwhile nobody does: the next fetch from a broker is made when all
 * that was fetched from it may be followed.
 */
export class FetchPace {
  readonly #lingerMs: number;
  readonly #clock: () => number;
  #behindUntil = -Infinity;
  #waits = new AbortController();

  /**
   * @param lingerMs milliseconds from one fetch to the next, at most; 0 is none
   * @param clock milliseconds that never go back
   */
  constructor(lingerMs: number, clock = () => performance.now()) {
    this.#lingerMs = lingerMs;
    this.#clock = clock;
  }

  /** When more is to be fetched behind what was received; undefined if at once. */
  after(received: ReceivedRecords): Promise<void> | undefined {
    if (this.#lingerMs === 0) return undefined;
    const now = this.#clock();
    if (isMuch(received)) {
      this.#behindUntil = now + this.#lingerMs;
      this.hurry();
      return undefined;
    }
    if (now < this.#behindUntil) return undefined;
    const records = Math.max(1, received.records.length);
    const share = Math.min(1, records / RECORDS_WORTH_A_LINGER);
    return sleep(this.#lingerMs * share, this.#waits.signal);
  }

  /** Ends every wait. */
  hurry(): void {
    this.#waits.abort();
    this.#waits = new AbortController();
  }
}

function isMuch({ records }: ReceivedRecords): boolean {
  let bytes = 0;
  for (const record of records) {
    bytes += bytesOf(record);
    if (bytes >= MUCH_BYTES) return true;
  }
  return false;
}
