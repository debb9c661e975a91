import assert from "node:assert/strict";
import { test } from "node:test";
import { NOT_A_LITERAL, parseSource } from "./source.ts";

const texts = (mentions: readonly { text: string }[]) =>
  mentions.map(({ text }) => text);

test("every way to import is found, with its line", () => {
  const { imports } = parseSource(
    "a.ts",
    `import one from "1";
import type { Two } from "2";
import "3";
export * from "4";
export { five } from "5";
type Six = import("6").Six;
import seven = require("7");
const eight = await import(\`8\`);
const nine = require("9");
const ten = await import("./" + nine);
import data from "11" with { type: "json" };
export const notImported = "12";`,
  );
  assert.deepEqual(imports, [
    { text: "1", line: 1 },
    { text: "2", line: 2 },
    { text: "3", line: 3 },
    { text: "4", line: 4 },
    { text: "5", line: 5 },
    { text: "6", line: 6 },
    { text: "7", line: 7 },
    { text: "8", line: 8 },
    { text: "9", line: 9 },
    { text: NOT_A_LITERAL, line: 10 },
    { text: "11", line: 11 },
  ]);
});

test("imports in comments and in texts are not imports", () => {
  const { imports } = parseSource(
    "a.ts",
    `// import "1";
/** import "2"; */
const text = 'import "3"';`,
  );
  assert.deepEqual(imports, []);
});

test("texts are found, pieces of templates and names of properties too, specifiers are not", () => {
  const { literals } = parseSource(
    "a.ts",
    `import "1"; const a = "2", b = \`3\`, c = \`4\${b}5\${b}6\`, d = { "7": a };`,
  );
  assert.deepEqual(texts(literals), ["2", "3", "4", "5", "6", "7"]);
});

test("the globals of a runtime are found however they are reached", () => {
  const { runtimeGlobals } = parseSource(
    "a.ts",
    `Deno.exit();
globalThis.Deno.exit();
globalThis["Bun"].write();
const { env } = Bun;`,
  );
  assert.deepEqual(runtimeGlobals, [
    { text: "Deno", line: 1 },
    { text: "Deno", line: 2 },
    { text: "Bun", line: 3 },
    { text: "Bun", line: 4 },
  ]);
});

test("looking whether a runtime is there does not use it", () => {
  const { runtimeGlobals } = parseSource(
    "a.ts",
    `const a = "Deno" in globalThis, b = typeof Bun === "undefined";
const c = { Deno: 1 }, d = c.Deno;`,
  );
  assert.deepEqual(runtimeGlobals, []);
});
