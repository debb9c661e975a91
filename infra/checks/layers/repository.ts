import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeFolders } from "./imports.ts";
import { parseSource, type Source } from "./source.ts";

/** Every TypeScript file of the repository, sorted by path. */
export async function readSources(root: string): Promise<Source[]> {
  const paths: string[] = [];
  for (const folder of codeFolders) {
    for (const path of await readdir(join(root, folder), { recursive: true })) {
      if (/\.tsx?$/.test(path)) paths.push(`${folder}/${path}`);
    }
  }
  return await Promise.all(
    paths.sort().map(async (path) =>
      parseSource(path, await readFile(join(root, path), "utf8"))
    ),
  );
}

/** Tests, and what only tests use. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") ||
    /^infra\/(testing\/kit|scenarios)\//.test(path);
}
