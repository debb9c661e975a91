import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";

export type TestFiles = {
  readonly deno: readonly string[];
  readonly bun: readonly string[];
};

/** Where each runtime's tests are: what runs on both is tested on both. */
const folders = {
  deno: ["ingest", "infra", "contracts"],
  bun: [
    "workers",
    "contracts",
    "infra/runtime",
    "infra/kafka",
    "infra/consumer",
    // Whoever reads the log proves signatures again.
    "ingest/intake/providers",
  ],
};

/** Of files that take minutes each. */
const LONG = ".long.integration.test.ts";

/**
 * The test files, relative to the repository's root.
 *
 * @param filters keep only files whose path contains one of them; none keeps all but the long ones
 * @param isLong keep the long ones alone
 */
export async function findTestFiles(
  filters: readonly string[],
  { isLong = false } = {},
): Promise<TestFiles> {
  const wanted = (path: string) =>
    filters.length === 0
      ? path.endsWith(LONG) === isLong
      : filters.some((filter) => path.includes(filter));
  const under = async (names: readonly string[]) => {
    const found: string[] = [];
    for (const name of names) {
      const paths = await readdir(join(repositoryRoot, name), {
        recursive: true,
      }).catch(() => []);
      for (const path of paths) {
        if (path.endsWith(".test.ts")) found.push(join(name, path));
      }
    }
    return found.filter(wanted).sort();
  };
  return { deno: await under(folders.deno), bun: await under(folders.bun) };
}
