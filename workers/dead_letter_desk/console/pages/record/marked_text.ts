import {
  applyEdits,
  findNodeAtLocation,
  format,
  type JSONPath,
  type Node,
  parseTree,
} from "jsonc-parser";
import type { Issue } from "#contracts/dead_letter.ts";

/** A piece of a text, and what is wrong with it. */
export type Piece = { readonly text: string; readonly wrong: string | null };

export type MarkedText = {
  readonly pieces: readonly Piece[];
  /** What is wrong at places that the text does not have. */
  readonly missing: readonly Issue[];
};

/** Laid out to be read: blanks between values are added, and no value is written in another way. What is no JSON stays as it is. */
export function laidOut(text: string): string {
  if (parseTree(text, [], { disallowComments: true }) === undefined) {
    return text;
  }
  return applyEdits(
    text,
    format(text, undefined, { insertSpaces: true, tabSize: 2, eol: "\n" }),
  );
}

/** Marks the places of a JSON text at which something is wrong. */
export function markedText(
  text: string,
  issues: readonly Issue[],
): MarkedText {
  const root = parseTree(text, [], { disallowComments: true });
  const found: { from: number; to: number; wrong: string }[] = [];
  const missing: Issue[] = [];
  for (const issue of issues) {
    const node = root && nodeAt(root, issue.path);
    if (node === undefined || node === root) missing.push(issue);
    else {
      found.push({
        from: node.offset,
        to: node.offset + node.length,
        wrong: issue.message,
      });
    }
  }
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, wrong } of found.sort((a, b) => a.from - b.from)) {
    // What lies in a place that is marked already is marked with it.
    if (from < at) continue;
    pieces.push({ text: text.slice(at, from), wrong: null });
    pieces.push({ text: text.slice(from, to), wrong });
    at = to;
  }
  pieces.push({ text: text.slice(at), wrong: null });
  return { pieces: pieces.filter((one) => one.text !== ""), missing };
}

/** `payload.items.0.amount`: a number is a place in a list, if there is one. */
function nodeAt(root: Node, path: string): Node | undefined {
  const names: JSONPath = [];
  for (const name of path === "" ? [] : path.split(".")) {
    const parent = findNodeAtLocation(root, names);
    names.push(parent?.type === "array" ? Number(name) : name);
  }
  return findNodeAtLocation(root, names);
}
