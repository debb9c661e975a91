/** What holds of the page of any measurement. */
import assert from "node:assert/strict";

export function assertClean(page: string): void {
  assert.doesNotMatch(page, /NaN|undefined|Infinity|\[object/);
}

/** Asserts that a page needs nothing beside it. */
export function assertWhole(page: string): void {
  assert.doesNotMatch(page, /<(script|link|img|iframe)|url\(http|@import/);
}

/** Asserts that every colour is one of the style sheet, which follows the reader's mode. */
export function assertFollowsMode(page: string): void {
  const [, charts = ""] = page.split("</style>");
  assert.doesNotMatch(charts, /(fill|stroke)="(#(?!000")|rgb)/);
}
