import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { stalePages } from "./stale_pages.ts";

/**
 * Makes a folder hold just the pages that the code says, or, with `check`, names those that differ.
 *
 * @param folder from the repository's root
 * @param pages what each must hold, by its path in the folder
 * @param task what a person runs to bring them up to date
 * @returns the exit code: 1 if a page that is checked is not up to date
 */
export async function bringUpToDate(
  { folder, pages, task, check = false }: {
    readonly folder: string;
    readonly pages: ReadonlyMap<string, string>;
    readonly task: string;
    readonly check?: boolean | undefined;
  },
): Promise<number> {
  const path = join(repositoryRoot, folder);
  const stale = stalePages(pages, await readPages(path));
  for (const { name, reason } of stale) {
    console.log(
      `${folder}/${name} ${check ? reason : "is brought up to date"}`,
    );
  }
  if (stale.length === 0) {
    console.log(`All ${pages.size} pages of ${folder} are up to date.`);
    return 0;
  }
  if (check) {
    console.log(`Run "${task}" and commit what it writes.`);
    return 1;
  }
  for (const { name } of stale) await write(join(path, name), pages.get(name));
  return 0;
}

async function readPages(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  })
    .catch(() => []);
  const pages = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    pages.set(path.slice(folder.length + 1), await readFile(path, "utf8"));
  }
  return pages;
}

async function write(path: string, page: string | undefined): Promise<void> {
  if (page === undefined) return await rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
}
