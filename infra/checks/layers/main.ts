/**
 * `deno task layers`: whether the code keeps to its layers (`rules.ts`), to what both runtimes have (`both_runtimes.ts`),
 * and writes names on the wire in contracts only (`names.ts`). Prints one line for each place that does not.
 *
 * @module
 */
import process from "node:process";
import { repositoryRoot } from "#local/home.ts";
import { onBothRuntimes } from "./both_runtimes.ts";
import { importViolations } from "./imports.ts";
import { nameViolations } from "./names.ts";
import { readSources } from "./repository.ts";

const sources = await readSources(repositoryRoot);
const violations = [
  ...await importViolations(repositoryRoot),
  ...sources.flatMap((source) => [
    ...onBothRuntimes(source),
    ...nameViolations(source),
  ]),
];
for (const { path, line, what, rule } of violations) {
  console.log(
    `${line === undefined ? path : `${path}:${line}`} ${what}: ${rule}`,
  );
}
console.log(
  violations.length === 0
    ? `The layers hold in ${sources.length} files.`
    : `${violations.length} violations in ${sources.length} files.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
