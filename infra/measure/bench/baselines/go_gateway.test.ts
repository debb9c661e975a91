import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { installGoGateway } from "./go_gateway.ts";

test("without Go, a sentence says so", async (t) => {
  const { root, folder } = await setUp(t);
  const why = await installGoGateway(folder, {
    say: () => {},
    go: join(root, "go"),
  });
  assert.equal(why, `Go was not found (${join(root, "go")}).`);
  assert.ok(!existsSync(folder));
});

test("where a module cannot be downloaded, a sentence says why", async (t) => {
  const { root, folder } = await setUp(t);
  const go = join(root, "go");
  const script = `#!/bin/sh
    echo "go: downloading example.org/kafka v1.0.0" >&2
    echo "main.go:20:2: example.org/kafka@v1.0.0: no such host" >&2
    exit 1`;
  await writeFile(go, script);
  await chmod(go, 0o755);
  assert.equal(
    await installGoGateway(folder, { say: () => {}, go }),
    "Go could not build the gateway: main.go:20:2: example.org/kafka@v1.0.0: no such host",
  );
  assert.ok(!existsSync(folder));
});

async function setUp(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "eventflow-go-"));
  t.after(() => rm(root, { recursive: true }));
  return { root, folder: join(root, "gateway") };
}
