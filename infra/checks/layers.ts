/**
 * `deno task layers`: whether the code keeps to its layers (see `layer_rules.ts`) and writes names on
 * the wire in contracts only (see `names.ts`). Prints one line for each place that does not.
 *
 * @module
 */
import process from "node:process";
import { repositoryRoot } from "#local/home.ts";
import { layerViolations } from "./layer_rules.ts";
import { nameViolations } from "./names.ts";
import { readSources, testCode } from "./repository.ts";

const sources = await readSources(repositoryRoot);
const tests = testCode(sources);
const violations = sources.flatMap((source) => [
  ...layerViolations(source, tests.has(source.path)),
  ...nameViolations(source, tests.has(source.path)),
]);
for (const { path, line, what, rule } of violations) {
  console.log(`${path}:${line} ${what}: ${rule}`);
}
console.log(
  violations.length === 0
    ? `The layers hold in ${sources.length} files.`
    : `${violations.length} violations in ${sources.length} files.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
