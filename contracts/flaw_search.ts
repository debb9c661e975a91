import type { Issue } from "./dead_letter.ts";
import { endOfString, faultOfNumber } from "./json_tokens.ts";

/** What is wrong with a text although it is JSON. */
export type Flaw = {
  readonly code: "duplicate_key" | "not_portable";
  readonly issue: Issue;
};

/** A text of a mebibyte can have a hundred thousand, and a dead letter has to fit. */
const MAX_FLAWS = 10;

/**
 * What may be the escape of NUL, or of one surrogate without the other, which valid UTF-8 cannot hold: only an
 * escape can say it. Behind a backslash that is itself escaped, nobody knows at once what begins.
 */
export const ODD_ESCAPE =
  /\\u0000|\\\\|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]/;

const SPACE = /[ \t\n\r]*/y;
const WORD = /[^ \t\n\r,\]}]+/y;

/**
 * Reads a text known to be JSON once more, and says where its flaws are: the first ten.
 *
 * It recurses, so the text must not nest deeper than `isTooDeep` allows.
 */
export class FlawSearch {
  readonly flaws: Flaw[] = [];
  readonly #json: string;
  readonly #path: string[] = [];
  #at = 0;

  constructor(json: string) {
    this.#json = json;
    this.#value();
  }

  #value(): void {
    const first = this.#next();
    if (first === "{") this.#object();
    else if (first === "[") this.#array();
    else if (first === '"') this.#checkText(this.#string(), "must not have");
    else this.#word();
  }

  #object(): void {
    const keys = new Set<string>();
    for (this.#at++; this.#next() !== "}"; this.#skip(",")) {
      const written = this.#string();
      const key = unescaped(written);
      this.#path.push(shown(written));
      this.#checkText(written, "is a key that must not have");
      if (keys.has(key)) {
        this.#found("duplicate_key", "must be in its object only once");
      }
      keys.add(key);
      this.#skip(":");
      this.#value();
      this.#path.pop();
    }
    this.#at++;
  }

  #array(): void {
    this.#at++;
    for (let index = 0; this.#next() !== "]"; index++, this.#skip(",")) {
      this.#path.push(String(index));
      this.#value();
      this.#path.pop();
    }
    this.#at++;
  }

  /** The string that comes next, as it is written, with its quotation marks. */
  #string(): string {
    this.#next();
    const start = this.#at;
    this.#at = endOfString(this.#json, start) + 1;
    return this.#json.slice(start, this.#at);
  }

  /** A number, or true, false, null. */
  #word(): void {
    const start = this.#at;
    this.#at = endOf(WORD, this.#json, start);
    if (!/[-\d]/.test(this.#json[start] ?? "")) return;
    const fault = faultOfNumber(this.#json, start, this.#at);
    if (fault !== undefined) this.#found("not_portable", fault);
  }

  #checkText(written: string, must: string): void {
    if (!ODD_ESCAPE.test(written)) return;
    const text = unescaped(written);
    if (text.includes("\0")) {
      this.#found("not_portable", `${must} the character U+0000`);
    }
    if (!text.isWellFormed()) {
      this.#found("not_portable", `${must} half of a surrogate pair`);
    }
  }

  /** The next character that is no white space. */
  #next(): string | undefined {
    this.#at = endOf(SPACE, this.#json, this.#at);
    return this.#json[this.#at];
  }

  #skip(character: string): void {
    if (this.#next() === character) this.#at++;
  }

  #found(code: Flaw["code"], message: string): void {
    if (this.flaws.length >= MAX_FLAWS) return;
    this.flaws.push({ code, issue: { path: this.#path.join("."), message } });
  }
}

/** Where the match of a sticky pattern that begins at `start` ends. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}

/** A string from its JSON text. */
function unescaped(written: string): string {
  return written.includes("\\") ? JSON.parse(written) : written.slice(1, -1);
}

/** A key for a path, its escapes as they are written: a path must not carry what its key is refused for. */
function shown(written: string): string {
  const key = written.slice(1, -1);
  return key.length > 80 ? `${key.slice(0, 80).toWellFormed()}…` : key;
}
