import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { gitFiles } from "./git.ts";

/** Of files that are committed, or would be. */
const paths = await gitFiles(
  "ls-files",
  "-z",
  "--cached",
  "--others",
  "--exclude-standard",
);

/** A name of a file in backticks; `*` may stand for a part of it. */
const fileName = /`([^`\s]+\.(?:ts|yaml|sql|json|md|sh))`/g;

/** What looks like the name of a file and is none of the repository's. */
const exceptions: ReadonlySet<string> = new Set([
  // The path of a service's page.
  "/openapi.json",
  // How names of files end.
  ".integration.test.ts",
  // What whoever adds an event calls their file, as an example.
  "payment_settled.ts",
  // What whoever sets up accounts at providers calls the file of them.
  "providers.json",
  // What `up` calls it.
  ".eventflow/providers.json",
]);

test("every file that a page names is there, under that name", async () => {
  const pages = paths.filter((path) =>
    /^(?:README|contracts\/README|docs\/.*)\.md$/.test(path)
  );
  assert.ok(pages.length > 0);
  const wrong: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(repositoryRoot, page), "utf8");
    for (const [index, line] of text.split("\n").entries()) {
      for (const [, name = ""] of line.matchAll(fileName)) {
        if (exceptions.has(name) || isThere(name)) continue;
        wrong.push(`${page}:${index + 1}: ${name}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/** Whether a path ends with a name, from the beginning of a folder's or file's name on. */
function isThere(name: string): boolean {
  const parts = name.split("*").map((part) => RegExp.escape(part));
  const pattern = new RegExp(`(?:^|/)${parts.join("[^/]*")}$`);
  return paths.some((path) => pattern.test(path));
}
