import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { stackSecrets, writeSecret as write } from "./secrets.ts";

const writeSecret = (folder: string, given: string | undefined) =>
  write(folder, given, stackSecrets.webhook ?? assert.fail());

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-secrets-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const secretIn = (folder: string) =>
  readFile(join(folder, "webhook-secret"), "utf8");

test("a secret that nobody gave is made at random once, and kept", () =>
  inFolder(async (folder) => {
    writeSecret(folder, undefined);
    const made = await secretIn(folder);
    assert.match(made, /^[0-9a-f]{64}$/);
    writeSecret(folder, "");
    assert.equal(await secretIn(folder), made);
    await inFolder(async (other) => {
      writeSecret(other, undefined);
      assert.notEqual(await secretIn(other), made);
    });
  }));

test("a secret that is given is taken while it is", () =>
  inFolder(async (folder) => {
    writeSecret(folder, undefined);
    const made = await secretIn(folder);
    writeSecret(folder, "given");
    assert.equal(await secretIn(folder), "given");
    writeSecret(folder, undefined);
    assert.equal(await secretIn(folder), made);
  }));

test("nobody else of the machine can read it, and nothing is left half written", () =>
  inFolder(async (folder) => {
    writeSecret(folder, undefined);
    const names = (await readdir(folder)).sort();
    assert.deepEqual(names, ["generated", "webhook-secret"]);
    for (const name of names) {
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    }
  }));

test("the desk's tokens are of two people, in the form that the desk takes", () =>
  inFolder(async (folder) => {
    write(folder, undefined, stackSecrets.desk ?? assert.fail());
    const text = await readFile(join(folder, "desk-tokens"), "utf8");
    assert.match(
      text,
      /^operator:admin:[0-9a-f]{64},approver:approver:[0-9a-f]{64}$/,
    );
  }));
