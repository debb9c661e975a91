import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { buildDocuments } from "./documents.ts";
import { published, publishedFolder } from "./published.ts";
import {
  changesOfReleased,
  isReleased,
  readReleased,
  releasedNames,
  schemaPath,
  sha256,
} from "./released.ts";

const released = await readReleased();
const documents = await buildDocuments((name) => isReleased(released, name));

const read = (path: string) => {
  const file = join(repositoryRoot, path);
  return existsSync(file) ? readFileSync(file) : undefined;
};

test("everything that was released is there, byte for byte, and the contracts say it", () => {
  assert.deepEqual(changesOfReleased({ released, documents, read }), []);
});

test("events, and the topics that others read, are released", () => {
  const drafts = published.map(({ name }) => name)
    .filter((name) => !isReleased(released, name));
  // EventFlow's own logs, which the desk and the audit alone read.
  assert.deepEqual(drafts, ["events.desk.v1", "events.rejected.v1"]);
});

const [name = ""] = releasedNames(released);
const path = schemaPath(name);

test("a released file with one more byte is named, with what to do", () => {
  const [said, ...more] = changesOfReleased({
    released,
    documents,
    read: (one) =>
      one === path ? new Uint8Array([...read(one) ?? [], 10]) : read(one),
  });
  assert.deepEqual(more, []);
  assert.match(`${said}`, /is released, and has other bytes/);
  assert.match(`${said}`, /new version beside it.*contracts\/README\.md/);
  assert.ok(said?.startsWith(path));
});

test("a released file, or a fixture of it, that is gone is named", () => {
  for (const gone of released.keys()) {
    const all = changesOfReleased({
      released,
      documents,
      read: (one) => one === gone ? undefined : read(one),
    });
    assert.deepEqual(all, [
      `${gone} is released, and is not there: bring it back from the commit before.`,
    ]);
  }
});

test("a contract that says something else than its released file is named", () => {
  const file = path.slice(publishedFolder.length + 1);
  const [said, ...more] = changesOfReleased({
    released,
    documents: new Map([...documents, [file, "{}\n"]]),
    read,
  });
  assert.deepEqual(more, []);
  assert.match(`${said}`, /the contract in the code says something else/);
  assert.match(`${said}`, /new version beside it/);
});

test("a released contract that the code does not have any more is no change", () => {
  const file = path.slice(publishedFolder.length + 1);
  const without = new Map(documents);
  without.delete(file);
  assert.deepEqual(
    changesOfReleased({ released, documents: without, read }),
    [],
  );
});

test("digests are what sha256sum writes", () => {
  assert.equal(
    sha256("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
