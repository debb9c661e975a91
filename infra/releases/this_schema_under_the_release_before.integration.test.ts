/**
 * Migrations only add: what a release has made stays as it was, and the release before works on the schema of this version, since it
 * runs on it during an upgrade, and again if somebody goes back.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";
import { bunOf } from "#local/service_jobs.ts";
import { releaseRoot, whyNoRelease } from "./check_out.ts";
import { changedMigrations, migrationFolders } from "./migrations.ts";
import { releaseBefore } from "./releases.ts";

const skip = await whyNoRelease(releaseBefore) ?? false;
const before = skip ? "" : await releaseRoot(releaseBefore);

/** Applied behind the migrations, or before. */
const further = [
  "workers/persistence/grants.sql",
  "workers/persistence/roles.sql",
];

/** Those of its tests that make its statements, and do not name its migrations. */
const itsTests = [
  "workers/persistence/event_store.integration.test.ts",
  "workers/persistence/superseding.integration.test.ts",
  "workers/persistence/transmissions.integration.test.ts",
  "workers/dead_letter_desk/index/letter_store.integration.test.ts",
];

test(
  "every migration of the release before is there, byte for byte, and each further one comes behind them",
  {
    skip,
  },
  async () => {
    for (const folder of migrationFolders) {
      const [released, ours] = await Promise.all(
        [before, repositoryRoot].map((root) => filesOf(join(root, folder))),
      );
      assert.notEqual(released?.size, 0);
      assert.deepEqual(changedMigrations(folder, { released, ours }), []);
    }
  },
);

test(
  "what persistence and the desk of the release before ask the database is answered on this version's schema",
  { skip },
  async () => {
    const root = await mkdtemp(join(tmpdir(), "eventflow-release-"));
    try {
      await cp(before, root, {
        recursive: true,
        filter: (path) => path !== join(before, "node_modules"),
      });
      await symlink(join(before, "node_modules"), join(root, "node_modules"));
      for (const path of [...migrationFolders, ...further]) {
        const [from, to] = [join(repositoryRoot, path), join(root, path)];
        await cp(from, to, { recursive: true });
      }
      const { stderr } = await promisify(execFile)(
        bunOf(before),
        ["test", "--timeout=600000", ...itsTests],
        { cwd: root, env: process.env, maxBuffer: 64 * 1024 * 1024 },
      ).catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
      assert.match(stderr, new RegExp(`across ${itsTests.length} files`));
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
);

async function filesOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, string]> => [
        name,
        await readFile(join(folder, name), "utf8"),
      ]),
    ),
  );
}
