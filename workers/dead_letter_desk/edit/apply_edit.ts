import { Buffer } from "node:buffer";
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import type { Edit, PatchOperation } from "#contracts/desk_action.ts";

/** Why a body cannot be edited so: a sentence. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

/**
 * A body with an edit. What the edit does not name stays as it is, byte for byte: `49.90` is not printed as `49.9`.
 *
 * @throws {EditRefused} if it does not fit the body
 */
export function applyEdit(value: Buffer | null, edit: Edit): Buffer {
  if ("value_base64" in edit) return Buffer.from(edit.value_base64, "base64");
  if (value === null) {
    throw new EditRefused("The record has no value that a patch could change");
  }
  const text = value.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(value)) {
    throw new EditRefused("The value is not UTF-8: edit it as a whole");
  }
  return Buffer.from(
    edit.patch.reduce(
      (text, operation, n) => patched(text, operation, n),
      text,
    ),
  );
}

/** RFC 6902, section 4, as an edit of the text. */
function patched(text: string, operation: PatchOperation, n: number): string {
  const refuse = (why: string) =>
    new EditRefused(
      `Operation ${
        n + 1
      } of the patch (${operation.op} ${operation.path}) does not fit: ${why}`,
    );
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  if (root === undefined || errors.length > 0) {
    throw refuse("the value is not JSON");
  }
  const at = (pointer: unknown) => {
    if (typeof pointer !== "string") {
      throw refuse("from must be a JSON Pointer");
    }
    const path = pathOf(root, pointer);
    const twice = nameThatStandsTwice(root, path);
    if (twice === undefined) return path;
    throw refuse(
      `${printed(twice)} stands there twice: edit the value as a whole`,
    );
  };
  const need = (path: JSONPath): Node => {
    const node = findNodeAtLocation(root, path);
    if (node === undefined) throw refuse(`there is no ${printed(path)}`);
    return node;
  };
  const path = at(operation.path);
  const { op, value } = operation;
  if (["add", "replace", "test"].includes(op) && value === undefined) {
    throw refuse("it has no value");
  }
  const literal = JSON.stringify(value);
  /** Digit for digit: what is read and printed again can be another number. */
  const literalAt = (path: JSONPath) => {
    const { offset, length } = need(path);
    return text.slice(offset, offset + length);
  };
  switch (op) {
    case "test":
      if (!isSame(getNodeValue(need(path)), value)) {
        throw refuse("the value there is another");
      }
      return text;
    case "replace":
      need(path);
      return set(text, path, literal);
    case "remove":
      need(path);
      if (path.length === 0) throw refuse("nothing would be left");
      return set(text, path, undefined);
    case "add":
      return add(text, path, literal, refuse);
    case "copy":
      return add(text, path, literalAt(at(operation.from)), refuse);
    case "move": {
      const from = at(operation.from);
      const moved = literalAt(from);
      if (from.length === 0) throw refuse("nothing would be left");
      const without = set(text, from, undefined);
      const rest = parseTree(without, [], { disallowComments: true });
      if (rest === undefined) throw refuse("nothing would be left");
      return add(without, pathOf(rest, operation.path), moved, refuse);
    }
  }
}

/** @param literal JSON, put in as it is */
function add(
  text: string,
  path: JSONPath,
  literal: string,
  refuse: (why: string) => EditRefused,
): string {
  const root = parseTree(text, [], { disallowComments: true });
  if (path.length === 0 || root === undefined) return literal;
  const parent = findNodeAtLocation(root, path.slice(0, -1));
  if (parent === undefined) {
    throw refuse(`there is no ${printed(path.slice(0, -1))}`);
  }
  if (parent.type === "array") {
    const index = path.at(-1);
    const length = parent.children?.length ?? 0;
    if (typeof index !== "number" || index > length) {
      throw refuse("the list is shorter");
    }
    return set(text, path, literal, index < length);
  }
  if (parent.type !== "object") {
    throw refuse(`${printed(path.slice(0, -1))} holds nothing`);
  }
  return set(text, path, literal);
}

/** Stands for what is put in, which the editor would print in its own way. */
const PLACEHOLDER = JSON.stringify("\u0000");

/**
 * Changes one place, and not a byte beside it: without options for a format nothing is formatted.
 *
 * @param literal JSON, put in as it is; undefined removes
 */
function set(
  text: string,
  path: JSONPath,
  literal: string | undefined,
  isArrayInsertion = false,
): string {
  if (path.length === 0) return literal ?? "";
  const value = literal === undefined ? undefined : JSON.parse(PLACEHOLDER);
  const edits = modify(text, path, value, { isArrayInsertion });
  return applyEdits(
    text,
    edits.map((edit) => {
      const at = edit.content.lastIndexOf(PLACEHOLDER);
      if (literal === undefined || at < 0) return edit;
      const content = edit.content.slice(0, at) + literal +
        edit.content.slice(at + PLACEHOLDER.length);
      return { ...edit, content };
    }),
  );
}

/** Of what stands in an object twice the last counts, as JSON is read, and an edit would change the first. */
function nameThatStandsTwice(
  root: Node,
  path: JSONPath,
): JSONPath | undefined {
  for (const [n, name] of path.entries()) {
    const parent = findNodeAtLocation(root, path.slice(0, n));
    const count = parent?.type === "object"
      ? parent.children?.filter(({ children }) => children?.[0]?.value === name)
        .length ?? 0
      : 0;
    if (count > 1) return path.slice(0, n + 1);
  }
  return undefined;
}

/** RFC 6901: what is a number in a list is a name in an object. */
function pathOf(root: Node, pointer: string): JSONPath {
  const path: JSONPath = [];
  for (const escaped of pointer.split("/").slice(1)) {
    const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    const parent = findNodeAtLocation(root, path);
    if (parent?.type !== "array") path.push(name);
    else if (name === "-") path.push(parent.children?.length ?? 0);
    else path.push(/^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : name);
  }
  return path;
}

function printed(path: JSONPath): string {
  return path.length === 0 ? "such place" : path.join(".");
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (
    typeof one !== "object" || typeof other !== "object" || one === null ||
    other === null
  ) return false;
  const [a, b] = [Object.entries(one), new Map(Object.entries(other))];
  return Array.isArray(one) === Array.isArray(other) && a.length === b.size &&
    a.every(([key, value]) => b.has(key) && isSame(value, b.get(key)));
}
