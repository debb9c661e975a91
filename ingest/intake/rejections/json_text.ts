import {
  beginsNumber,
  endOfNumber,
  endOfString,
} from "#contracts/json_tokens.ts";

/** JSON as it is written: a string, a number or a word to the character, and only white space left out. */
export type JsonText =
  | { readonly literal: string }
  | { readonly items: readonly JsonText[] }
  | { readonly entries: readonly Entry[] };

type Entry = readonly [key: string, value: JsonText];

/** Where a printer of JSON puts white space. */
export type JsonLayout = {
  /** What a level is indented by; absent if all is on one line. */
  readonly indent?: string;
  /** Behind a colon, and behind a comma if all is on one line. */
  readonly blank: "" | " ";
};

/**
 * @param json a text known to be JSON
 * @returns undefined if it is nested deeper than `maxDepth`
 */
export function readJsonText(
  json: string,
  { maxDepth }: { maxDepth: number },
): JsonText | undefined {
  return new Reader(json).value(maxDepth);
}

/** The same, with each key, string, number and word as `rewrite` has it; the very same if that changes none. */
export function mapLiterals(
  json: JsonText,
  rewrite: (literal: string) => string,
): JsonText {
  if ("literal" in json) {
    const literal = rewrite(json.literal);
    return literal === json.literal ? json : { literal };
  }
  if ("items" in json) {
    const items = json.items.map((one) => mapLiterals(one, rewrite));
    return items.every((one, n) => one === json.items[n]) ? json : { items };
  }
  const entries = json.entries.map(([key, value]): Entry => [
    rewrite(key),
    mapLiterals(value, rewrite),
  ]);
  const isSame = entries.every(([key, value], n) =>
    key === json.entries[n]?.[0] && value === json.entries[n]?.[1]
  );
  return isSame ? json : { entries };
}

/** The same, with the keys of each object in the order of their code units. */
export function sortKeys(json: JsonText): JsonText {
  if ("literal" in json) return json;
  if ("items" in json) return { items: json.items.map(sortKeys) };
  const entries = json.entries
    .map(([key, value]): Entry => [key, sortKeys(value)])
    .sort(([one], [other]) => one < other ? -1 : one > other ? 1 : 0);
  return { entries };
}

export function printJson(json: JsonText, layout: JsonLayout): string {
  return print(json, layout, "\n");
}

function print(json: JsonText, layout: JsonLayout, line: string): string {
  if ("literal" in json) return json.literal;
  const { indent, blank } = layout;
  const deeper = indent === undefined ? "" : line + indent;
  const all = "items" in json
    ? json.items.map((one) => print(one, layout, deeper))
    : json.entries.map(([key, value]) =>
      `${key}:${blank}${print(value, layout, deeper)}`
    );
  const [open, close] = "items" in json ? "[]" : "{}";
  if (all.length === 0) return `${open}${close}`;
  return indent === undefined
    ? `${open}${all.join(`,${blank}`)}${close}`
    : `${open}${deeper}${all.join(`,${deeper}`)}${line}${close}`;
}

class Reader {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  value(levels: number): JsonText | undefined {
    const first = this.#peek();
    if (first !== "{" && first !== "[") return { literal: this.#token() };
    if (levels === 0) return undefined;
    const items: JsonText[] = [];
    const entries: Entry[] = [];
    const close = first === "{" ? "}" : "]";
    this.#at++;
    while (this.#peek() !== close) {
      if (this.#peek() === ",") this.#at++;
      const key = first === "{" ? this.#key() : undefined;
      const value = this.value(levels - 1);
      if (value === undefined) return undefined;
      if (key === undefined) items.push(value);
      else entries.push([key, value]);
    }
    this.#at++;
    return first === "{" ? { entries } : { items };
  }

  #key(): string {
    this.#peek();
    const key = this.#token();
    this.#peek();
    this.#at++;
    return key;
  }

  /** The next character that is no white space. */
  #peek(): string | undefined {
    while (isBlank(this.#json.charCodeAt(this.#at))) this.#at++;
    return this.#json[this.#at];
  }

  #token(): string {
    const json = this.#json;
    const from = this.#at;
    if (json[from] === '"') this.#at = endOfString(json, from) + 1;
    else if (beginsNumber(json.charCodeAt(from))) {
      this.#at = endOfNumber(json, from);
    } else this.#at += json[from] === "f" ? "false".length : "true".length;
    return json.slice(from, this.#at);
  }
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}
