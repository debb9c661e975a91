import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { openAccounts } from "./open_accounts.ts";

async function fileOf(accounts: unknown) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-accounts-"));
  const path = join(folder, "providers.json");
  const write = async (text: string) => {
    await writeFile(join(folder, "next"), text);
    await rename(join(folder, "next"), path);
  };
  await write(JSON.stringify({ accounts }));
  const errors: string[] = [];
  const log = silentLog().with({});
  log.error = (...line: unknown[]) =>
    Promise.resolve(void errors.push(JSON.stringify(line)));
  return {
    path,
    write,
    errors,
    look: (file: Awaited<ReturnType<typeof openAccounts>>) =>
      file.look({ log }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const stripe = (...secrets: string[]) => ({ provider: "stripe", secrets });

test("a file that is exchanged is read again, and one that is the same is not", async () => {
  await using at = await fileOf([stripe("whsec_a")]);
  const file = await openAccounts(at.path);
  const before = file.accounts;
  await at.look(file);
  assert.equal(file.accounts, before);
  await at.write(JSON.stringify({ accounts: [stripe("whsec_a", "whsec_b")] }));
  await at.look(file);
  assert.deepEqual(file.accounts.find("stripe")?.settings, {
    secrets: [{ id: "1", text: "whsec_a" }, { id: "2", text: "whsec_b" }],
    tolerance_seconds: 300,
  });
  assert.deepEqual(at.errors, []);
});

test("a broken file changes nothing and is said once, whatever is wrong with it, and never what is in it", async () => {
  await using at = await fileOf([stripe("whsec_a")]);
  const file = await openAccounts(at.path);
  const before = file.accounts;
  for (
    const broken of [
      '{"accounts": [{"provider": "stripe", "secrets": ["whsec_confid',
      JSON.stringify({ accounts: [stripe("confidential")] }),
      "",
    ]
  ) {
    await at.write(broken);
    for (let n = 0; n < 3; n++) await at.look(file);
    assert.equal(file.accounts, before);
  }
  // The last one is no JSON either.
  assert.equal(at.errors.length, 3);
  await rm(at.path);
  for (let n = 0; n < 3; n++) await at.look(file);
  assert.equal(at.errors.length, 4);
  assert.equal(file.accounts, before);
  await at.write(JSON.stringify({ accounts: [] }));
  await at.look(file);
  assert.deepEqual(file.accounts.all, []);
  for (const line of at.errors) assert.doesNotMatch(line, /confid/);
});

test("what is wrong is said again after it was right for a while", async () => {
  await using at = await fileOf([stripe("whsec_a")]);
  const file = await openAccounts(at.path);
  for (let n = 0; n < 2; n++) {
    await at.write("{");
    await at.look(file);
    await at.write(JSON.stringify({ accounts: [stripe("whsec_a")] }));
    await at.look(file);
  }
  assert.equal(at.errors.length, 2);
});

test("a file that cannot be used is one sentence at the start, and the exit code of settings", async () => {
  await using at = await fileOf([{ provider: "square", secrets: ["x"] }]);
  for (const path of [at.path, `${at.path}.not-there`]) {
    await assert.rejects(
      openAccounts(path),
      (error) =>
        error instanceof StartError && error.exitCode === exitCodes.config &&
        /^The file of EVENTFLOW_PROVIDERS_FILE.*\.$/s.test(error.message),
    );
  }
});

test("no file is no accounts", async () => {
  const file = await openAccounts(undefined);
  assert.deepEqual(file.accounts.all, []);
  await file.keepLooking({
    log: silentLog(),
    signal: AbortSignal.abort(),
  });
});
