import { isJsonObject } from "#contracts/parse.ts";

/** One place at which two JSON values differ: their texts there, `null` where there is none. */
export type Difference = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
};

/**
 * Where two JSON objects differ, by paths of keys. Numbers are compared as they are written: `49.90` is another text than `49.9`.
 *
 * @param before a JSON text
 * @param after a JSON text
 */
export function differingPaths(before: string, after: string): Difference[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path) ?? null, now.get(path) ?? null];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
}

/** Each value that is no object, as text, by its path. */
function leavesOf(json: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: string) => {
    if (isJsonObject(value) && !(value instanceof Literal)) {
      for (const [key, one] of Object.entries(value)) {
        visit(one, path === "" ? key : `${path}.${key}`);
      }
    } else leaves.set(path, textOf(value));
  };
  visit(JSON.parse(json, keepNumbers), "");
  return leaves;
}

/** A number's own text, by JSON.parse source text access (ECMAScript 2026). */
class Literal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function keepNumbers(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === "number"
    ? new Literal(context?.source ?? String(value))
    : value;
}

function textOf(value: unknown): string {
  if (value instanceof Literal) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  return JSON.stringify(value);
}
