/**
 * The headers of a request, looked for among the few that came. `Headers` of the runtime would cost more to
 * make than they are worth to an app that asks for three; they are made for whoever changes them.
 */
export class ReceivedHeaders implements Headers {
  /** Names and values by turns. */
  readonly #received: readonly string[];
  #headers: Headers | undefined;

  constructor(received: readonly string[]) {
    this.#received = received;
  }

  get(name: string): string | null {
    if (this.#headers !== undefined) return this.#headers.get(name);
    const received = this.#received;
    let found: string | null = null;
    for (let at = 0; at < received.length; at += 2) {
      const one = received[at] ?? "";
      if (one.length !== name.length || !isSame(one, name)) continue;
      const value = received[at + 1] ?? "";
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  append(name: string, value: string): void {
    this.#whole().append(name, value);
  }

  delete(name: string): void {
    this.#whole().delete(name);
  }

  set(name: string, value: string): void {
    this.#whole().set(name, value);
  }

  getSetCookie(): string[] {
    return this.#whole().getSetCookie();
  }

  forEach(
    callback: (value: string, key: string, parent: this) => void,
    thisArg?: unknown,
  ): void {
    for (const [key, value] of this) callback.call(thisArg, value, key, this);
  }

  entries() {
    return this.#whole().entries();
  }

  keys() {
    return this.#whole().keys();
  }

  values() {
    return this.#whole().values();
  }

  [Symbol.iterator]() {
    return this.#whole()[Symbol.iterator]();
  }

  /** Characters of all names and values together. */
  get size(): number {
    let size = 0;
    for (const text of this.#received) size += text.length;
    return size;
  }

  #whole(): Headers {
    if (this.#headers !== undefined) return this.#headers;
    const headers = new Headers();
    for (let at = 0; at < this.#received.length; at += 2) {
      headers.append(this.#received[at] ?? "", this.#received[at + 1] ?? "");
    }
    return this.#headers = headers;
  }
}

function isSame(one: string, name: string): boolean {
  return one === name || one.toLowerCase() === name.toLowerCase();
}
