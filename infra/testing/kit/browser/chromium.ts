/**
 * A browser for tests of pages: the machine's own Chromium, driven by playwright-core.
 *
 * @module
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

/**
 * Where Chromium is, or why a test of pages cannot be run here.
 *
 * @throws {Error} in CI, where it must be there
 */
export function findChromium(): { program: string } | { missing: string } {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const program = join(folder, name);
      if (isProgram(program)) return { program };
    }
  }
  const missing = `No Chromium is on the path (${
    names.join(", ")
  }): install it to test the pages in a browser.`;
  if (process.env.CI) throw new Error(missing);
  return { missing };
}

export async function openBrowser(program: string): Promise<Browser> {
  return await chromium.launch({
    executablePath: program,
    // As root Chromium runs without its sandbox or not at all; it opens our own pages alone.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
