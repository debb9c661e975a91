import type { Buffer } from "node:buffer";
import { decodeOutput, encodeOutput, type Output } from "./output.ts";
import { SortedEntries } from "./sorted_entries.ts";

/** Outputs in any order in; out again in the order of their sources, source by source. */
export class SortedOutputs {
  readonly #entries: SortedEntries;
  #rest: Generator<Buffer, undefined> | undefined;
  #next: Output | undefined;

  constructor(folder: string) {
    this.#entries = new SortedEntries(folder);
  }

  add(output: Output): void {
    this.#entries.add(encodeOutput(output));
  }

  /**
   * The outputs of one record, and those passed over on the way to it: of sources before it that nobody
   * asked for. Records must be asked for in order.
   */
  takeOf(
    partition: number,
    offset: number,
  ): { own: Output[]; passed: Output[] } {
    const own: Output[] = [];
    const passed: Output[] = [];
    for (;;) {
      const output = this.#peek();
      if (output === undefined) break;
      const { source } = output;
      const order = source.partition - partition || source.offset - offset;
      if (order > 0) break;
      (order === 0 ? own : passed).push(output);
      this.#next = undefined;
    }
    return { own, passed };
  }

  /** The outputs that are left. */
  *takeRest(): Generator<Output> {
    for (;;) {
      const output = this.#peek();
      if (output === undefined) return;
      this.#next = undefined;
      yield output;
    }
  }

  #peek(): Output | undefined {
    if (this.#next !== undefined) return this.#next;
    this.#rest ??= this.#entries.inOrder();
    const { value } = this.#rest.next();
    return this.#next = value && decodeOutput(value);
  }

  /** To be called after all are taken. */
  close(): void {
    this.#rest?.return(undefined);
    this.#entries.close();
  }
}
