/** Numbers that become more, without a box for each. */
export class GrowingNumbers {
  #numbers = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
  }

  set(at: number, value: number): void {
    this.#numbers[at] = value;
  }

  at(at: number): number {
    return this.#numbers[at] ?? NaN;
  }

  get length(): number {
    return this.#length;
  }

  /** What there is of them so far. */
  all(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }
}
