import { Buffer } from "node:buffer";
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
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
  const root = parseTree(text, [], { disallowComments: true });
  if (root === undefined) throw refuse("the value is not JSON");
  const at = (pointer: unknown) => {
    if (typeof pointer !== "string") {
      throw refuse("from must be a JSON Pointer");
    }
    return pathOf(root, pointer);
  };
  const need = (path: JSONPath): Node => {
    const node = findNodeAtLocation(root, path);
    if (node === undefined) throw refuse(`there is no ${printed(path)}`);
    return node;
  };
  const path = at(operation.path);
  const { op, value } = operation;
  if (["add", "replace", "test"].includes(op) && !("value" in operation)) {
    throw refuse("it has no value");
  }
  switch (op) {
    case "test":
      if (!isSame(getNodeValue(need(path)), value)) {
        throw refuse("the value there is another");
      }
      return text;
    case "replace":
      need(path);
      return set(text, path, value);
    case "remove":
      need(path);
      return set(text, path, undefined);
    case "add":
      return add(text, root, path, value, refuse);
    case "copy":
      return add(
        text,
        root,
        path,
        getNodeValue(need(at(operation.from))),
        refuse,
      );
    case "move": {
      const from = at(operation.from);
      const moved: unknown = getNodeValue(need(from));
      const without = set(text, from, undefined);
      return patched(
        without,
        { op: "add", path: operation.path, value: moved },
        n,
      );
    }
  }
}

function add(
  text: string,
  root: Node,
  path: JSONPath,
  value: unknown,
  refuse: (why: string) => EditRefused,
): string {
  if (path.length === 0) return set(text, path, value);
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
    return set(text, path, value, index < length);
  }
  if (parent.type !== "object") {
    throw refuse(`${printed(path.slice(0, -1))} holds nothing`);
  }
  return set(text, path, value);
}

/** @param value undefined removes */
function set(
  text: string,
  path: JSONPath,
  value: unknown,
  isInsertion = false,
): string {
  if (path.length === 0) return JSON.stringify(value ?? null);
  return applyEdits(
    text,
    modify(text, path, value, {
      isArrayInsertion: isInsertion,
      formattingOptions: { insertSpaces: true, keepLines: true },
    }),
  );
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
