import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Environment, optional, readConfig, secret } from "./config.ts";

const settings = {
  key: secret("KEY", { minBytes: 4, publicDefault: "public", doc: "the key" }),
  other: optional(secret("OTHER", { doc: "another" })),
};
const read = (env: Environment) => ({ ...readConfig("demo", settings, env) });

const refusal = (env: Environment): string => {
  try {
    read(env);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message.replace(/^Cannot start demo: /, "");
  }
  return assert.fail("it was accepted");
};

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "eventflow-given-"));
});
after(() => rm(folder, { recursive: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${Math.random()}`);
  await writeFile(path, content);
  return path;
}

test("a secret may be in a file, without the newline at its end", async () => {
  for (const end of ["", "\n", "\r\n"]) {
    const env = { KEY_FILE: await file(`hunter 2, €${end}`), KEY: "" };
    assert.deepEqual(read(env), { key: "hunter 2, €", other: undefined });
  }
});

test("a file may be behind a link, as mounted secrets are", async () => {
  const path = join(folder, "link");
  await symlink(await file("hunter2"), path);
  assert.equal(read({ KEY_FILE: ` ${path} ` }).key, "hunter2");
});

test("a secret in both forms is refused", async () => {
  const env = { KEY: "hunter2", KEY_FILE: await file("hunter2") };
  assert.equal(refusal(env), "KEY and KEY_FILE must not both be set.");
});

test("a secret that begins or ends with white space is refused, and not trimmed", async () => {
  for (const text of [" hunter2", "hunter2 ", "hunter2\n", "\ufeffhunter2"]) {
    assert.equal(
      refusal({ KEY: text }),
      "KEY must not begin or end with white space.",
    );
  }
  for (
    const text of ["hunter2 \n", "hunter2\n\n", "\ufeffhunter2\n", "\nhunter2"]
  ) {
    assert.equal(
      refusal({ KEY_FILE: await file(text) }),
      "the secret in KEY_FILE must not begin or end with white space.",
    );
  }
});

test("a secret has no character that cannot be seen, and is one line", async () => {
  for (const text of ["hun\u200bter2", "hunter\0", "hunter2\nhunter3"]) {
    assert.equal(
      refusal({ KEY_FILE: await file(text) }),
      "the secret in KEY_FILE must not have control or invisible characters.",
    );
  }
});

test("a file that holds no secret is one sentence, and no public default stands in", async () => {
  const env = { EVENTFLOW_ENVIRONMENT: "development" };
  assert.equal(read(env).key, "public");
  const folderInstead = join(folder, "folder");
  await mkdir(folderInstead);
  const cases: [string, RegExp][] = [
    [
      join(folder, "nowhere"),
      /^KEY_FILE must name a file that is there and can be read \(ENOENT\)\.$/,
    ],
    [folderInstead, /^KEY_FILE must name a file, and no other thing\.$/],
    [await file(""), /^KEY_FILE must not name an empty file\.$/],
    [await file("\n"), /^KEY_FILE must not name an empty file\.$/],
    [
      await file("x".repeat(65_537)),
      /^KEY_FILE must name a file of at most 65536 bytes\.$/,
    ],
    [
      await file(Uint8Array.of(0x68, 0xff, 0x68, 0x69, 0x69)),
      /^KEY_FILE must name a file of UTF-8 text\.$/,
    ],
    [`${folder}/a b`, /^KEY_FILE must be a path without white space/],
    [`${folder}/*`, /^KEY_FILE must be a path without white space/],
    [
      await file("abc"),
      /^the secret in KEY_FILE must have at least 4 bytes\.$/,
    ],
  ];
  for (const [path, sentence] of cases) {
    assert.match(refusal({ ...env, KEY_FILE: path }), sentence);
  }
});

test("a secret that is set but empty is none, and no public default stands in", () => {
  for (const environment of ["production", "development"]) {
    assert.equal(
      refusal({ KEY: "", EVENTFLOW_ENVIRONMENT: environment }),
      "KEY is set but empty: set it, or unset it.",
    );
  }
  // Nobody knows a default of this one.
  assert.equal(read({ KEY: "hunter2", OTHER: "" }).other, undefined);
});

test("a secret that is missing is asked for by both its names", () => {
  assert.match(
    refusal({}),
    /^KEY or KEY_FILE must be set \(the key\), as the public one is for EVENTFLOW_ENVIRONMENT=development on loopback alone\.$/,
  );
});
