/**
 * `deno task contracts`: writes `contracts/published/` from the contracts. With `--check` it writes nothing and names the
 * documents that differ from the code, or that nothing generates. Whatever it is asked, it fails if a contract that is released has
 * changed. `--release` writes down that contracts do not change any more.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { repositoryRoot } from "#local/home.ts";
import { runCommand } from "#runtime/command_line.ts";
import { bringUpToDate } from "../generated/bring_up_to_date.ts";
import { buildDocuments, fileOf } from "./documents.ts";
import { growingFile, growingWords, lostWords } from "./growing_words.ts";
import { published, publishedFolder } from "./published.ts";
import {
  changesOfReleased,
  isReleased,
  readReleased,
  release,
  releasedNames,
  schemaPath,
} from "./released.ts";

const { check, release: names } = new Command("deno task contracts")
  .description("Write contracts/published/ from the code.")
  .option("--check", "write nothing; fail if a document is not up to date")
  .option("--release <names...>", "from now on these do not change any more")
  .parse()
  .opts<{ check?: boolean; release?: readonly string[] }>();

await runCommand(async () => {
  const unknown = names?.find((name) =>
    !published.some((one) => one.name === name)
  );
  if (unknown !== undefined) {
    console.error(
      `Nothing that is called ${unknown} is published: name one or more of ${
        published.map(({ name }) => name).join(", ")
      }.`,
    );
    return 1;
  }
  const exitCode = await writeDocuments(check);
  if (exitCode !== 0 || names === undefined) return exitCode;
  const contracts = published.filter(({ name }) => names.includes(name));
  await release(contracts, await readReleased());
  console.log(`Released: ${names.join(", ")}.`);
  // It says which are released.
  return await writeDocuments(check);
});

async function writeDocuments(check: boolean | undefined): Promise<number> {
  const released = await readReleased();
  const documents = await buildDocuments((name) => isReleased(released, name));
  const words = read(`${publishedFolder}/${growingFile}`);
  const changes = [
    ...changesOfReleased({ released, documents, read }),
    ...words === undefined
      ? []
      : lostWords(JSON.parse(`${words}`), growingWords(published)),
  ];
  if (changes.length > 0) {
    for (const change of changes) console.error(change);
    return 1;
  }
  // What the code does not have any more stays for those who read old records.
  for (const name of releasedNames(released)) {
    documents.set(fileOf(name), `${read(schemaPath(name))}`);
  }
  const task = "deno task contracts";
  const folder = publishedFolder;
  return await bringUpToDate({ folder, pages: documents, task, check });
}

function read(path: string): Buffer | undefined {
  const file = join(repositoryRoot, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}
