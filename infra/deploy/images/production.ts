/**
 * Makes of package.json, in the current folder, one without development dependencies, for images:
 * `deno install --prod` of Deno 2.9.6 installs them all the same. With `--check FILE` it makes sure that
 * what was installed since is, byte for byte, what the lockfile FILE of the repository says.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

type Packages = Readonly<Record<string, { integrity?: string }>>;

/** Packages of one lockfile that another does not have, or has with other bytes. */
export function foreignPackages(some: Packages, all: Packages): string[] {
  // A key may end in the peers it was resolved with, which depend on what else is there.
  const plain = (key: string) => key.replace(/(?<=@[^@_]+)_.*$/, "");
  const known = new Map(
    Object.entries(all).map(([key, { integrity }]) => [plain(key), integrity]),
  );
  return Object.entries(some)
    .filter(([key, { integrity }]) =>
      integrity === undefined || known.get(plain(key)) !== integrity
    )
    .map(([key]) => key);
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function main(option: string | undefined, lockfile: string | undefined): void {
  if (option === "--check" && lockfile !== undefined) {
    const foreign = foreignPackages(
      readJson("deno.lock").npm,
      readJson(lockfile).npm,
    );
    if (foreign.length === 0) return;
    console.error(`Installed, but not in deno.lock: ${foreign.join(", ")}.`);
    process.exit(1);
  }
  const { devDependencies: _, ...production } = readJson("package.json");
  writeFileSync("package.json", JSON.stringify(production, null, 2));
}

if (import.meta.main) main(process.argv[2], process.argv[3]);
