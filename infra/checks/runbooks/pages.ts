import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { type Page, pageOf } from "./page.ts";

export const runbooks = join(repositoryRoot, "docs/runbooks");

/** Names of the pages, without `.md`. */
export async function pageNames(): Promise<string[]> {
  return (await readdir(runbooks))
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => file.slice(0, -".md".length)).sort();
}

export async function textOf(name: string): Promise<string> {
  return await readFile(join(runbooks, `${name}.md`), "utf8");
}

/** Every runbook by its name. */
export async function readPages(): Promise<ReadonlyMap<string, Page>> {
  const names = await pageNames();
  return new Map(
    await Promise.all(
      names.map(async (name) =>
        [name, pageOf(`${name}.md`, await textOf(name))] as const
      ),
    ),
  );
}
