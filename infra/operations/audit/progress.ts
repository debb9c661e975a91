import type { ReadBatch } from "#kafka/port.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";

const EVERY_MS = 3_000;

/** Says every few seconds how far an audit is, or what it waits for. */
export class Progress {
  records = 0;
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #rows = 0;
  #coordinates = "";
  #saidAt: number;
  #saidRecords = 0;

  constructor(say: (line: string) => void, now = () => Date.now()) {
    this.#say = say;
    this.#now = now;
    this.#saidAt = now();
  }

  read(topic: string, { partition, records, nextOffset }: ReadBatch): void {
    this.records += records.length;
    const coordinates = formatCoordinates({
      topic,
      partition,
      offset: nextOffset,
    });
    const isWaiting = coordinates === this.#coordinates;
    this.#coordinates = coordinates;
    this.#tell(() =>
      isWaiting
        ? `waiting at ${coordinates} for an open transaction to end`
        : `at ${coordinates}`
    );
  }

  row(): void {
    this.#rows++;
    this.#tell(() => `${this.#rows.toLocaleString("en")} rows`);
  }

  #tell(where: () => string): void {
    const ms = this.#now() - this.#saidAt;
    if (ms < EVERY_MS) return;
    const rate = (this.records - this.#saidRecords) / (ms / 1000);
    const count = this.records.toLocaleString("en");
    const perSecond = Math.round(rate).toLocaleString("en");
    this.#say(`${count} records read, ${perSecond}/s: ${where()}`);
    this.#saidAt = this.#now();
    this.#saidRecords = this.records;
  }
}
