import assert from "node:assert/strict";
import { test } from "node:test";
import { cycloneDx } from "./bom.ts";
import { imageParts, npmParts } from "./parts.ts";
import { repositoryParts } from "./repository_parts.ts";

const lockfile = JSON.stringify({
  npm: {
    "@scope/app@1.0.0_peer@3.0.0": {
      integrity: "sha512-AAE=",
      dependencies: ["peer", "twice@2.0.0"],
    },
    "peer@3.0.0": {},
    "twice@1.0.0": {},
    "twice@2.0.0": {},
  },
});

test("of a lockfile, what a service needs is told from what development needs", () => {
  const parts = npmParts(lockfile, ["@scope/app"]);
  assert.deepEqual(
    parts.map(({ purl, isForDevelopment }) => [purl, isForDevelopment]),
    [
      ["pkg:npm/%40scope/app@1.0.0", false],
      ["pkg:npm/peer@3.0.0", false],
      ["pkg:npm/twice@1.0.0", true],
      ["pkg:npm/twice@2.0.0", false],
    ],
  );
  assert.deepEqual(parts[0]?.digest, { algorithm: "SHA-512", hex: "0001" });
});

test("images are listed once, and those that are built here are not", () => {
  const text = "FROM denoland/deno:1.2.3 AS a\nFROM a AS b\n" +
    "FROM denoland/deno:1.2.3 AS c\n    image: postgres:18.4\n" +
    "    image: eventflow/intake:development\n";
  assert.deepEqual(imageParts(text).map(({ purl }) => purl), [
    "pkg:docker/denoland/deno@1.2.3",
    "pkg:docker/postgres@18.4",
  ]);
});

test("the bill of this repository has a digest for every package and jar, and is the same each time", async () => {
  const parts = await repositoryParts();
  const has = (start: string) =>
    parts.filter(({ purl }) => purl.startsWith(start));
  assert.ok(has("pkg:npm/").length > 50 && has("pkg:maven/").length > 50);
  for (const { purl, digest } of [...has("pkg:npm/"), ...has("pkg:maven/")]) {
    assert.match(digest?.hex ?? "", /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/, purl);
  }
  const json = cycloneDx(parts);
  const { specVersion, components } = JSON.parse(json);
  assert.equal(specVersion, "1.6");
  assert.equal(components.length, parts.length);
  const zod = components.find(({ name }: { name: string }) => name === "zod");
  assert.equal(zod.scope, "required");
  assert.match(zod.hashes[0].content, /^[0-9a-f]{128}$/);
  assert.equal(json, cycloneDx(parts));
});
