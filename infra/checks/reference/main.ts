/**
 * `deno task reference`: writes `docs/reference/` from the code. With `--check` it writes nothing and
 * names the pages that differ from the code, or that nothing generates.
 *
 * @module
 */
import { Command } from "commander";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../stack/home.ts";
import { runCommand } from "../../stack/command_line.ts";
import { buildPages, referenceFolder } from "./pages.ts";
import { stalePages } from "./stale_pages.ts";

const folder = join(repositoryRoot, referenceFolder);

const { check } = new Command("deno task reference")
  .description("Write docs/reference/ from the code.")
  .option("--check", "write nothing; fail where a page is not up to date")
  .parse()
  .opts<{ check?: boolean }>();

await runCommand(async () => {
  const pages = await buildPages();
  const stale = stalePages(pages, await readPages());
  for (const { name, reason } of stale) {
    console.log(
      `${referenceFolder}/${name} ${check ? reason : "is brought up to date"}`,
    );
  }
  if (stale.length === 0) {
    console.log(
      `All ${pages.size} pages of ${referenceFolder} are up to date.`,
    );
    return 0;
  }
  if (check) {
    console.log(`Run "deno task reference" and commit what it writes.`);
    return 1;
  }
  for (const { name } of stale) await write(name, pages.get(name));
  return 0;
});

async function readPages(): Promise<Map<string, string>> {
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

async function write(name: string, page: string | undefined): Promise<void> {
  const path = join(folder, name);
  if (page === undefined) return await rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
}
