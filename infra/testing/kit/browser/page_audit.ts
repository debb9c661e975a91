import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** What axe-core finds wrong with a page as it is now: the rule, and where. */
export async function axeViolations(page: Page): Promise<string[]> {
  axe ??= readFile(
    fileURLToPath(import.meta.resolve("axe-core/axe.min.js")),
    "utf8",
  );
  // By the protocol of the browser's tools: the page's own policy lets in no script of ours.
  await page.evaluate(await axe);
  return await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" ")).join(", ")))`);
}

let axe: Promise<string> | undefined;

/** What a browser has asked for since this was called. */
export function requestsOf(page: Page): {
  readonly urls: readonly string[];
  /** As they came over the wire: compressed, headers aside. */
  bytes(): Promise<number>;
} {
  const urls: string[] = [];
  const sizes: Promise<number>[] = [];
  page.on("request", (request) => urls.push(request.url()));
  page.on("requestfinished", (request) =>
    sizes.push(
      request.sizes().then(({ responseBodySize }) => responseBodySize),
    ));
  return {
    urls,
    bytes: async () =>
      (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0),
  };
}
