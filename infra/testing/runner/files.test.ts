import assert from "node:assert/strict";
import { test } from "node:test";
import { findTestFiles } from "./files.ts";

const RUNBOOKS = "infra/checks/runbooks/runbooks.long.integration.test.ts";

test("what takes minutes is run if it is asked for or named, and with all others it is not", async () => {
  const all = await findTestFiles([]);
  assert.ok(!all.deno.includes(RUNBOOKS));
  assert.ok(all.deno.length > 100);
  const long = await findTestFiles([], { isLong: true });
  assert.ok(long.deno.includes(RUNBOOKS));
  assert.ok(long.deno.every((path) => !all.deno.includes(path)));
  assert.deepEqual((await findTestFiles(["runbooks.long"])).deno, [RUNBOOKS]);
});
