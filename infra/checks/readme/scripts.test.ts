import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptsOf } from "./scripts.ts";

const fence = "```";

test("the blocks fenced as sh are scripts, other blocks and prose are not", () => {
  const markdown = `# Title
${fence}text
rm -rf /
${fence}
Run \`deno task smoke\`:
${fence}sh
echo one \\
  two
x=3
${fence}
${fence}
no language
${fence}
${fence}sh
echo last
${fence}`;
  assert.deepEqual(scriptsOf(markdown), [
    { line: 7, text: "echo one \\\n  two\nx=3", kind: "run" },
    { line: 15, text: "echo last", kind: "run" },
  ]);
});

test("starting the stack and running the tests are scripts of their own", () => {
  const markdown = `${fence}sh
deno install
npx --yes deno@2.9.6 task up
deno task health
deno task smoke
deno task test # all of them
${fence}`;
  assert.deepEqual(scriptsOf(markdown), [
    { line: 2, text: "deno install", kind: "run" },
    { line: 3, text: "npx --yes deno@2.9.6 task up", kind: "up" },
    { line: 4, text: "deno task health\ndeno task smoke", kind: "run" },
    { line: 6, text: "deno task test # all of them", kind: "elsewhere" },
  ]);
});

test("a task whose name begins as another's is not that task", () => {
  const markdown = `${fence}sh\ndeno task upgrade\n${fence}`;
  assert.equal(scriptsOf(markdown)[0]?.kind, "run");
});
