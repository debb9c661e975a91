import type { PatchOperation } from "#contracts/desk_action.ts";
import { MISSING } from "#contracts/plain_issue.ts";
import type { Fault } from "./cluster.ts";
import { isWord, spoken } from "./vocabulary.ts";

/**
 * Why a patch may not be proposed, as a sentence without its full stop; undefined if it may.
 *
 * A patch may change how a value is written, and never what it says:
 *
 * - It names places at fault and no other.
 * - `replace` needs a `test` of the same place before it, and the two values differ in case and white space alone. So it changes
 *   a known value, in whichever letter it is applied, and fits no letter that has another one. Where a place says one of a few words,
 *   hyphens and the like may differ too, and text may become the number or truth value that it writes.
 * - `remove` needs a `test` that there is nothing: `null`, or white space.
 * - `copy` brings what is missing from a key of the same name, in another spelling or at another place.
 * - `add` and `move` are refused: one says what nobody sent, the other takes away what is not at fault.
 *
 * @param faults with paths as they are in letters, numbers of lists as `*`
 */
export function refusalOf(
  patch: readonly PatchOperation[],
  faults: readonly Fault[],
): string | undefined {
  if (patch.length === 0) return "it does nothing";
  const tested = new Map<string, unknown>();
  for (const [n, operation] of patch.entries()) {
    const why = refusalOfOne(operation, faults, tested);
    if (why !== undefined) {
      return `operation ${n + 1} (${operation.op}) ${why}`;
    }
  }
  return patch.every(({ op }) => op === "test") ? "it does nothing" : undefined;
}

function refusalOfOne(
  operation: PatchOperation,
  faults: readonly Fault[],
  tested: Map<string, unknown>,
): string | undefined {
  const { op, path: pointer, value, from, ...more } = operation;
  if (Object.keys(more).length > 0) return "says more than RFC 6902 knows";
  const path = pathOf(pointer);
  const its = faults.filter((fault) => fault.path === withStars(path));
  // A key with a full stop in it, `payload.currency` at the top, is another place with the same path.
  if (pointerOf(path) !== pointer || its.length === 0) {
    return "names a place that is not at fault";
  }
  switch (op) {
    case "test":
      if (tested.has(pointer)) return "tests a place again";
      if (value === undefined) return "has no value";
      tested.set(pointer, value);
      return undefined;
    case "replace":
      if (!tested.has(pointer)) return "does not test what it replaces";
      return saysSame(path, tested.get(pointer), value)
        ? undefined
        : "says another thing than what was sent";
    case "remove":
      return tested.has(pointer) && isNothing(tested.get(pointer))
        ? undefined
        : "takes away something";
    case "copy":
      if (!its.some(mayBeMissing)) {
        return "copies to where something is";
      }
      return typeof from === "string" && isSameKey(from, pointer)
        ? undefined
        : "copies from a key of another name";
    default:
      return "may not be in a proposal";
  }
}

/** Of a place of a few words, what is missing is told as if it were none of them. */
export function mayBeMissing({ path, message }: Fault): boolean {
  return message === MISSING ||
    isWord(path) && message.startsWith("Invalid option");
}

/** Whether two values say the same at a place, however they are written. */
export function saysSame(
  path: string,
  before: unknown,
  after: unknown,
): boolean {
  if (typeof before !== "string") return false;
  if (typeof after === "number" || typeof after === "boolean") {
    return isWord(path) && before.trim().toLowerCase() === String(after);
  }
  if (typeof after !== "string" || before === after) return false;
  const said = isWord(path) ? spoken : withoutCaseAndSpace;
  return said(before) !== "" && said(before) === said(after);
}

/** Whether nothing is lost with a value. */
export function isNothing(value: unknown): boolean {
  return value === null || typeof value === "string" && value.trim() === "";
}

/** Whether the last keys of two pointers are the same word: `/payload/paymentId` and `/payload/payment_id`. */
function isSameKey(from: string, to: string): boolean {
  const [a, b] = [from, to].map((one) => spoken(keysOf(one).at(-1) ?? ""));
  return from !== to && from.startsWith("/") && a !== "" && a === b;
}

export function withoutCaseAndSpace(text: string): string {
  return text.replaceAll(/\s/g, "").toLowerCase();
}

/** A JSON Pointer (RFC 6901) as letters write paths. */
export function pathOf(pointer: string): string {
  return keysOf(pointer).join(".");
}

function keysOf(pointer: string): string[] {
  return pointer.split("/").slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON Pointer of a path as letters write it. */
export function pointerOf(path: string): string {
  return path.split(".")
    .map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function withStars(path: string): string {
  return path.replaceAll(/(?<=^|\.)\d+(?=\.|$)/g, "*");
}
