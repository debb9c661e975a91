/**
 * Looks at what an edit has made of an event, whatever the edit said: the second look, which knows nothing of the first.
 *
 * @module
 */
import { isJsonObject } from "#contracts/parse.ts";
import { spoken } from "./vocabulary.ts";

/**
 * A place whose value says another thing than before, or is gone, though no edit may touch it but for case and white space: ids,
 * amounts, currencies and times.
 *
 * @returns paths, joined by full stops; none if the edit is one that may be
 */
export function forbiddenEdits(before: unknown, after: unknown): string[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const forbidden: string[] = [];
  for (const [path, value] of was) {
    if (!isKept(path)) continue;
    const now = is.get(path);
    const isGone = !is.has(path) && said(value) !== "";
    if (isGone || is.has(path) && said(now) !== said(value)) {
      forbidden.push(path);
    }
  }
  for (const [path, value] of is) {
    if (!isKept(path) || was.has(path)) continue;
    // What was not there before must have been said elsewhere, under the same name.
    const isSaid = [...was].some(([other, its]) =>
      keyOf(other) === keyOf(path) && Object.is(its, value)
    );
    if (!isSaid) forbidden.push(path);
  }
  return forbidden;
}

/** Whether nobody may change what is said there. */
function isKept(path: string): boolean {
  const key = path.split(".").at(-1) ?? "";
  return /(?:^|[_-])(?:id|at|key|number|reference|time|timestamp|last4|bin|fingerprint)$/i
    .test(key) ||
    /[a-z](?:Id|At|Key|Reference)$/.test(key) ||
    /amount|currency|total|price|fee|value/i.test(key);
}

function keyOf(path: string): string {
  return spoken(path.split(".").at(-1) ?? "");
}

/** What a value says, case and white space aside. A number says other than its text. */
function said(value: unknown): string {
  if (value === null) return "";
  return typeof value === "string"
    ? value.replaceAll(/\s/g, "").toLowerCase()
    : `${typeof value} ${String(value)}`;
}

function leavesOf(value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (one: unknown, path: string) => {
    if (Array.isArray(one)) {
      one.forEach((its, n) =>
        visit(its, path === "" ? `${n}` : `${path}.${n}`)
      );
    } else if (isJsonObject(one)) {
      for (const [key, its] of Object.entries(one)) {
        visit(its, path === "" ? key : `${path}.${key}`);
      }
    } else leaves.set(path, one);
  };
  visit(value, "");
  return leaves;
}
