/**
 * Looks at what an edit has made of an event, whatever the edit said: the second look, which knows nothing of the first.
 *
 * @module
 */
import { isJsonObject } from "#contracts/parse.ts";
import { spoken } from "./vocabulary.ts";

/**
 * Places whose value says another thing than before, or is gone. Of ids, amounts, currencies and times nothing may differ but case and
 * white space, elsewhere nothing but how letters and digits are written.
 *
 * @returns paths, joined by full stops; none if the edit is one that may be
 */
export function forbiddenEdits(before: unknown, after: unknown): string[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const forbidden: string[] = [];
  for (const [path, value] of was) {
    const says = isKept(path) ? said : inWords;
    const now = is.has(path) ? says(is.get(path)) : "";
    if (now !== says(value)) forbidden.push(path);
  }
  for (const [path, value] of is) {
    if (was.has(path)) continue;
    // What was not there before must have been said elsewhere, under the same name.
    const isSaid = [...was].some(([other, its]) =>
      keyOf(other) === keyOf(path) && Object.is(its, value)
    );
    if (!isSaid) forbidden.push(path);
  }
  return forbidden;
}

/** Whether nobody may change what is said there but for case and white space. */
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

/** What a value says by its letters and digits: a text may become the number or truth value that it writes. */
function inWords(value: unknown): string {
  if (value === null) return "";
  const text = String(value).trim();
  return spoken(text) || text;
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
