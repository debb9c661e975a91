import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";

/** Holds the digest of what a folder was built from. */
const BUILT_FROM = "built-from";

/**
 * Has a folder built, unless it is there and its sources are still the same.
 *
 * @param sources paths of all files that it is built from
 * @param build fills the folder that it is told of. That one is made beside its place and moved there when
 *   it is filled: a folder that exists is whole.
 * @param say told before and after, in `what`: "the Go gateway"
 */
export async function buildFolder(
  { folder, sources, what, build, say }: {
    readonly folder: string;
    readonly sources: readonly string[];
    readonly what: string;
    readonly build: (folder: string) => Promise<void>;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const hash = createHash("sha256");
  for (const source of sources) hash.update(await readFile(source));
  const digest = hash.digest("hex");
  const builtFrom = readFile(join(folder, BUILT_FROM), "utf8");
  if (await builtFrom.catch(() => "") === digest) return;

  const began = Date.now();
  say(`Building ${what} …`);
  const unfinished = `${folder}.${process.pid}.part`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await build(unfinished);
    await writeFile(join(unfinished, BUILT_FROM), digest);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  say(`Built ${what} in ${Math.round((Date.now() - began) / 1000)} s.`);
}
