import type { Buffer } from "node:buffer";
import {
  decodeOutput,
  encodeOutput,
  type Output,
  OUTPUT_BYTES,
} from "./output.ts";
import { SortedEntries } from "./sorted_entries.ts";

/** Outputs in any order in; out again in the order of their sources, source by source. */
export class SortedOutputs {
  readonly #entries: SortedEntries;
  #rest: AsyncGenerator<Buffer, undefined> | undefined;
  #next: Output | undefined;

  constructor(folder: string, runEntries?: number) {
    this.#entries = new SortedEntries({
      bytes: OUTPUT_BYTES,
      folder,
      runEntries,
    });
  }

  add(output: Output): Promise<void> {
    return this.#entries.add(encodeOutput(output));
  }

  /**
   * The outputs of one record, and those passed over on the way to it: of sources before it that nobody
   * asked for. Records must be asked for in order.
   */
  async takeOf(
    partition: number,
    offset: number,
  ): Promise<{ own: Output[]; passed: Output[] }> {
    const own: Output[] = [];
    const passed: Output[] = [];
    for (;;) {
      const output = await this.#peek();
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
  async *takeRest(): AsyncGenerator<Output> {
    for (;;) {
      const output = await this.#peek();
      if (output === undefined) return;
      this.#next = undefined;
      yield output;
    }
  }

  async #peek(): Promise<Output | undefined> {
    if (this.#next !== undefined) return this.#next;
    this.#rest ??= this.#entries.inOrder();
    const { value } = await this.#rest.next();
    return this.#next = value && decodeOutput(value);
  }

  async close(): Promise<void> {
    await this.#rest?.return(undefined);
  }
}
