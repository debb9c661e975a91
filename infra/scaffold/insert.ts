import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { Refusal } from "./refusal.ts";

/** A file of the repository, by its path from the root. */
export type TextFile = { readonly path: string; readonly text: string };

/** A key of a map, or the item of a list that has these entries. */
export type Step = string | Readonly<Record<string, unknown>>;

/**
 * Puts lines in front of the one line that begins so.
 *
 * @throws {Refusal} if there is none, or there are several
 */
export function beforeLine(
  { path, text }: TextFile,
  beginning: string,
  lines: string,
): string {
  const starts = [...startsOfLines(text)].filter((start) =>
    text.startsWith(beginning, start)
  );
  const [start, another] = starts;
  if (start === undefined || another !== undefined) {
    throw new Refusal(
      `${path} must have one line that begins with ${
        JSON.stringify(beginning)
      }, before which the consumer is named, but has ${starts.length}. Nothing was written.`,
    );
  }
  return insertAt(text, start, lines);
}

/**
 * Puts lines in front of an entry of a YAML or JSON file, and of the comment above it. All else stays as it is
 * written.
 *
 * @throws {Refusal} if there is no such entry
 */
export function beforeEntry(
  file: TextFile,
  path: readonly Step[],
  lines: string,
): string {
  const { text } = file;
  let start = startOfLine(text, rangeOf(file, path).from);
  for (;;) {
    const above = startOfLine(text, start - 1);
    if (start === 0 || !/^ *#/.test(text.slice(above, start))) break;
    start = above;
  }
  return insertAt(text, start, lines);
}

/**
 * Replaces a piece of an entry of a YAML file.
 *
 * @throws {Refusal} if there is no such entry, or it does not have the piece once
 */
export function withinEntry(
  file: TextFile,
  path: readonly Step[],
  { piece, by }: { readonly piece: string; readonly by: string },
): string {
  const { from, to } = rangeOf(file, path);
  const pieces = file.text.slice(from, to).split(piece);
  if (pieces.length !== 2) {
    throw new Refusal(
      `${file.path} must have ${JSON.stringify(piece)} once in ${
        describe(path)
      }, but has it ${pieces.length - 1} times. Nothing was written.`,
    );
  }
  return file.text.slice(0, from) + pieces.join(by) + file.text.slice(to);
}

/** Where an entry begins, a pair with its key, and where it ends. */
function rangeOf(
  { path: file, text }: TextFile,
  path: readonly Step[],
): { from: number; to: number } {
  let node: unknown = parseDocument(text).contents;
  let found: { from: number; to: number } | undefined;
  for (const step of path) {
    if (typeof step === "string") {
      const pair = isMap(node) ? pairOf(node, step) : undefined;
      node = pair?.value;
      found = pair && between(pair.key, pair.value);
    } else {
      node = isSeq(node)
        ? node.items.find((item) => isMap(item) && has(item, step))
        : undefined;
      found = between(node, node);
    }
  }
  if (found === undefined) {
    throw new Refusal(
      `${file} must have ${
        describe(path)
      }, by which the consumer is named, but has not. Nothing was written.`,
    );
  }
  return found;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function has(map: YAMLMap, entries: Readonly<Record<string, unknown>>) {
  return Object.entries(entries).every(([key, value]) => {
    const found = pairOf(map, key)?.value;
    return isNode(found) &&
      JSON.stringify(found.toJSON()) === JSON.stringify(value);
  });
}

function between(
  first: unknown,
  last: unknown,
): { from: number; to: number } | undefined {
  return isNode(first) && first.range && isNode(last) && last.range
    ? { from: first.range[0], to: last.range[1] }
    : undefined;
}

function describe(path: readonly Step[]): string {
  return path.map((step) =>
    typeof step === "string" ? step : JSON.stringify(step)
  ).join(" > ");
}

function* startsOfLines(text: string): Generator<number> {
  for (let at = 0; at >= 0 && at < text.length;) {
    yield at;
    const end = text.indexOf("\n", at);
    at = end < 0 ? -1 : end + 1;
  }
}

function startOfLine(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function insertAt(text: string, at: number, lines: string): string {
  return `${text.slice(0, at)}${lines}${text.slice(at)}`;
}
