import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { repositoryRoot } from "#local/home.ts";
import { gitFiles } from "./git.ts";

const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

test("every package has an exact version, and what is installed is what deno.lock says", async () => {
  const { dependencies, devDependencies } = JSON.parse(
    await read("package.json"),
  );
  const all = { ...dependencies, ...devDependencies };
  for (const [name, version] of Object.entries(all)) {
    assert.match(String(version), EXACT, name);
  }
  assert.deepEqual(JSON.parse(await read("deno.json")).lock, { frozen: true });
  assert.match(await read("infra/checks/ok.ts"), /\["install", "--frozen"\]/);
});

test("every artifact of Maven has an exact version", async () => {
  const poms = await filesCalled("pom.xml");
  assert.ok(poms.length > 2);
  for (const pom of poms) {
    const text = await read(pom);
    const versions = text.matchAll(/<(?:[\w.]*\.)?version>(.*?)<\//g);
    for (const [, version] of versions) {
      assert.match(`${version}`, /^(?:\d[\w.-]*|\$\{[\w.]+\})$/, pom);
    }
  }
});

test("every package of Python has an exact version and the digests of its files", async () => {
  const files = await filesCalled("requirements.txt");
  assert.ok(files.length > 0);
  for (const file of files) {
    const text = await read(file);
    const packages = text.replaceAll("\\\n", " ").split("\n")
      .filter((line) => /^\w/.test(line));
    assert.ok(packages.length > 0);
    for (const line of packages) {
      assert.match(
        line,
        /^[\w.-]+(?:\[[\w,-]+\])?==\d[\w.]*(?: ; .*?)?(?: +--hash=sha256:[0-9a-f]{64})+ *$/,
        file,
      );
    }
  }
});

test("every action is a commit, with its version beside it, and machines and tools have versions", async () => {
  const folder = ".github/workflows";
  for (const file of await readdir(join(repositoryRoot, folder))) {
    const text = await read(join(folder, file));
    for (const [line] of text.matchAll(/uses:.*$/gm)) {
      assert.match(line, /^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    assert.doesNotMatch(text, /runs-on: .*-latest/);
    for (const [, version] of text.matchAll(/(?:node|java)-version: (.*)$/gm)) {
      assert.match(`${version}`, EXACT);
    }
  }
});

test("a release publishes every image that something runs of", async () => {
  const { jobs } = parse(await read(".github/workflows/release.yml"));
  const dockerfile = await read("infra/deploy/images/Dockerfile");
  const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\w+)$/gm)];
  const bases = new Set(["packages", "code", "deno", "bun"]);
  const images = stages.map(([, , name = ""]) => name)
    .filter((name) => !bases.has(name));
  assert.ok(images.length > 5);
  assert.deepEqual(jobs.images.strategy.matrix.image, images.sort());
});

test("there is one Deno: in CI, in the README, in the images", async () => {
  const files = [".ci/run", "README.md", "infra/deploy/images/Dockerfile"];
  const text = (await Promise.all(files.map(read))).join("\n");
  const versions = [...text.matchAll(/\bdeno[@:](\d[\w.]*)/g)];
  assert.ok(versions.length > 5);
  assert.equal(new Set(versions.map(([, version]) => version)).size, 1);
});

test("Renovate finds what it is to keep up to date, in each file it is told of", async () => {
  const { extends: presets, customManagers } = JSON.parse(
    await read("renovate.json"),
  );
  assert.ok(presets.includes("config:best-practices"));
  assert.ok(customManagers.length > 0);
  for (const { managerFilePatterns, matchStrings } of customManagers) {
    for (const pattern of managerFilePatterns) {
      const path = /^\/\^(.*)\$\/$/.exec(pattern)?.[1]?.replaceAll("\\", "");
      assert.ok(path, pattern);
      const text = await read(path);
      for (const matchString of matchStrings) {
        const found = new RegExp(matchString).exec(text);
        assert.match(`${found?.groups?.currentValue}`, EXACT, path);
      }
    }
  }
});

/** Files of a name that are committed, or would be. */
async function filesCalled(name: string): Promise<string[]> {
  const listing = ["--cached", "--others", "--exclude-standard"];
  const files = await gitFiles("ls-files", "-z", ...listing);
  return files.filter((file) => file.endsWith(`/${name}`));
}
