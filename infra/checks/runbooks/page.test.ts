import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksFor, pageOf } from "./page.ts";

const fence = "```";
const block = (info: string, text: string) =>
  `${fence}${info}\n${text}\n${fence}\n`;

const markdown = `# Title

## Symptom

${block("sh both look", "curl metrics")}
## Causes

### 1. It was stopped

${block("sh processes look", "deno task health")}
${block("text", "MISSING x\nNot ready")}
${block("sh containers repair", "docker compose start x")}
### 2. Something else

As in [Other](other.md).

## Healthy afterwards

${block("sh processes healthy", "deno task health")}
Prose between.

${block("text", "not its output")}
## False alarm
`;

test("a page is its symptom, its causes and what is healthy afterwards", () => {
  const { sections, symptom, causes, healthy } = pageOf("x", markdown);
  assert.deepEqual(sections, [
    "Symptom",
    "Causes",
    "Healthy afterwards",
    "False alarm",
  ]);
  assert.deepEqual(symptom.map(({ ways }) => ways), [[
    "processes",
    "containers",
  ]]);
  assert.deepEqual(
    causes.map(({ title, leadsOn, blocks }) => [
      title,
      leadsOn,
      blocks.length,
    ]),
    [["1. It was stopped", false, 2], ["2. Something else", true, 0]],
  );
  assert.equal(healthy.length, 1);
});

test("a block of text right behind a command is what it prints, and no other", () => {
  const { causes, healthy } = pageOf("x", markdown);
  assert.deepEqual(causes[0]?.blocks[0], {
    line: 14,
    ways: ["processes"],
    role: "look",
    script: "deno task health",
    shows: ["MISSING x", "Not ready"],
  });
  assert.deepEqual(healthy[0]?.shows, []);
});

test("the blocks of one way and role are those of both ways too", () => {
  const { symptom, causes } = pageOf("x", markdown);
  assert.equal(blocksFor(symptom, "containers", "look").length, 1);
  assert.equal(
    blocksFor(causes[0]?.blocks ?? [], "processes", "repair").length,
    0,
  );
});

test("a fence of no known kind is named by its line", () => {
  assert.throws(
    () => pageOf("x.md", `# T\n${block("sh", "rm -rf /")}`),
    /^Error: x\.md:2 is fenced as "sh": say text, or sh with/,
  );
});
