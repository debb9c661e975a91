/**
 * Released contracts: their bytes do not change any more. `contracts/released.sha256` has the digests of their schemas and of the
 * fixtures that they take, as `sha256sum` writes and checks them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { fileOf } from "./documents.ts";
import { type Published, publishedFolder } from "./published.ts";

/** From the repository's root. */
export const releasedFile = "contracts/released.sha256";

/** Digests in lower-case hex, by path from the repository's root. */
export type Released = ReadonlyMap<string, string>;

export async function readReleased(root = repositoryRoot): Promise<Released> {
  const path = join(root, releasedFile);
  const text = existsSync(path) ? await readFile(path, "utf8") : "";
  return new Map(
    text.split("\n").filter((line) => line !== "").map((line) => {
      const [, digest, file] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      if (digest === undefined || file === undefined) {
        throw new Error(
          `${releasedFile} has the line ${
            JSON.stringify(line)
          }: it must be a SHA-256 in hex, two blanks and a path, as sha256sum writes it. Take it as it is in the commit before`,
        );
      }
      return [file, digest];
    }),
  );
}

/** Where the schema of a contract is, from the repository's root. */
export function schemaPath(name: string): string {
  return `${publishedFolder}/${fileOf(name)}`;
}

/** Whether a contract, by its name, is released. */
export function isReleased(released: Released, name: string): boolean {
  return released.has(schemaPath(name));
}

/** Names of all contracts that are released, also of those that the code does not have any more. */
export function releasedNames(released: Released): string[] {
  const ending = fileOf("");
  return [...released.keys()]
    .filter((path) => path.startsWith(`${publishedFolder}/`))
    .map((path) => path.slice(publishedFolder.length + 1, -ending.length));
}

/**
 * What differs from what was released, each as a sentence that says what to do.
 *
 * @param documents what the code would publish, by path in the folder of what is published
 * @param read the bytes of a file, by its path from the repository's root; undefined if there is none
 */
export function changesOfReleased(
  { released, documents, read }: {
    released: Released;
    documents: ReadonlyMap<string, string>;
    read: (path: string) => Uint8Array | undefined;
  },
): string[] {
  return [...released].flatMap(([path, digest]) => {
    const bytes = read(path);
    if (bytes === undefined) {
      return [
        `${path} is released, and is not there: bring it back from the commit before.`,
      ];
    }
    if (sha256(bytes) !== digest) {
      return [
        `${path} is released, and has other bytes than when it was: take it back as it was. ${ADD}`,
      ];
    }
    const name = path.startsWith(`${publishedFolder}/`)
      ? path.slice(publishedFolder.length + 1)
      : "";
    const said = documents.get(name);
    return said === undefined || sha256(said) === digest ? [] : [
      `${path} is released, and the contract in the code says something else: take the contract back as it was. ${ADD}`,
    ];
  });
}

const ADD =
  'What is to be said otherwise is said by a new version beside it, such as payment.authorized.v2: see "To change an event" in contracts/README.md.';

/** Writes down that contracts are released, with the fixtures that they take. */
export async function release(
  contracts: readonly Published[],
  before: Released,
  root = repositoryRoot,
): Promise<void> {
  const released = new Map(before);
  for (const { name, fixtures } of contracts) {
    const names = fixtures === undefined
      ? []
      : (await readdir(join(root, fixtures))).sort();
    const paths = names.map((one) => `${fixtures}/${one}`);
    for (const path of [schemaPath(name), ...paths]) {
      released.set(path, sha256(await readFile(join(root, path))));
    }
  }
  const lines = [...released].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([path, digest]) => `${digest}  ${path}\n`);
  await writeFile(join(root, releasedFile), lines.join(""));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
