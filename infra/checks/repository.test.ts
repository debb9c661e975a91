import assert from "node:assert/strict";
import { test } from "node:test";
import { resolve, testCode } from "./repository.ts";
import { parseSource } from "./source.ts";

test("specifiers are resolved as package.json and the runtimes do", () => {
  const from = "workers/validator/handle.ts";
  const file = (path: string) => ({ kind: "file", path });
  assert.deepEqual(
    resolve("#contracts/a/b.ts", from),
    file("contracts/a/b.ts"),
  );
  assert.deepEqual(
    resolve("#runtime/log.ts", from),
    file("infra/runtime/log.ts"),
  );
  assert.deepEqual(
    resolve("#runtime/../stack/up.ts", from),
    file("infra/local/up.ts"),
  );
  assert.deepEqual(
    resolve("./money.ts", from),
    file("workers/validator/money.ts"),
  );
  assert.deepEqual(resolve("../../ingest/a.ts", from), file("ingest/a.ts"));
  assert.deepEqual(resolve("node:fs/promises", from), {
    kind: "builtin",
    name: "fs",
  });
  assert.deepEqual(resolve("hono/html", from), {
    kind: "package",
    name: "hono",
  });
  assert.deepEqual(resolve("@hono/a/b", from), {
    kind: "package",
    name: "@hono/a",
  });
  for (
    const specifier of [
      "npm:hono",
      "bun:test",
      "/a.ts",
      "file:///a.ts",
      "#other/a.ts",
      "(computed)",
    ]
  ) {
    assert.deepEqual(resolve(specifier, from), { kind: "unknown" }, specifier);
  }
});

test("test code is tests and what nothing but test code imports", () => {
  const sources = [
    parseSource("ingest/app.ts", `import "./clock.ts";`),
    parseSource("ingest/clock.ts", ""),
    parseSource("ingest/main.ts", `import "./app.ts";`),
    parseSource(
      "ingest/app.test.ts",
      `import "./app.ts"; import "./doubles.ts";`,
    ),
    parseSource(
      "ingest/doubles.ts",
      `import "./clock.ts"; import "./fixture.ts";`,
    ),
    parseSource("ingest/fixture.ts", ""),
  ];
  assert.deepEqual(
    [...testCode(sources)].sort(),
    ["ingest/app.test.ts", "ingest/doubles.ts", "ingest/fixture.ts"],
  );
});
