import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { parseSource, type Source } from "./source.ts";

/** The folders that hold code. */
const codeFolders = ["contracts", "infra", "ingest", "workers"];

/** Every TypeScript file of the repository, sorted by path. */
export async function readSources(root: string): Promise<Source[]> {
  const paths: string[] = [];
  for (const folder of codeFolders) {
    for (const path of await readdir(join(root, folder), { recursive: true })) {
      if (path.endsWith(".ts")) paths.push(`${folder}/${path}`);
    }
  }
  return await Promise.all(
    paths.sort().map(async (path) =>
      parseSource(path, await readFile(join(root, path), "utf8"))
    ),
  );
}

export type Target =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "package"; readonly name: string }
  | { readonly kind: "builtin"; readonly name: string }
  /** An address, a path from the machine's root, a computed specifier. */
  | { readonly kind: "unknown" };

/** What a specifier means in a file, by the repository's `package.json`. */
export function resolve(specifier: string, importer: string): Target {
  if (specifier.startsWith(".")) {
    const path = posix.join(posix.dirname(importer), specifier);
    return { kind: "file", path };
  }
  const alias = /^#(contracts|runtime)\/(.+)$/.exec(specifier);
  if (alias) {
    const folder = alias[1] === "runtime" ? "infra/runtime" : "contracts";
    return { kind: "file", path: posix.join(folder, alias[2] ?? "") };
  }
  const builtin = /^node:([^/]+)/.exec(specifier)?.[1];
  if (builtin !== undefined) return { kind: "builtin", name: builtin };
  const name = /^(@[\w.-]+\/[\w.-]+|[\w.-]+)(\/.*)?$/.exec(specifier)?.[1];
  return name === undefined ? { kind: "unknown" } : { kind: "package", name };
}

/**
 * The files that run in tests only: tests (`x.test.ts`), and what is imported by nothing but them, such
 * as doubles and fixtures.
 */
export function testCode(sources: readonly Source[]): Set<string> {
  const importers = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    for (const { text } of imports) {
      const target = resolve(text, path);
      if (target.kind !== "file") continue;
      importers.set(target.path, [
        ...importers.get(target.path) ?? [],
        path,
      ]);
    }
  }
  const found = new Set(sources.map(({ path }) => path).filter(isTest));
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const [path, by] of importers) {
      if (by.every((importer) => found.has(importer))) found.add(path);
    }
  }
  return found;
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}
