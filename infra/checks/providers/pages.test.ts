/**
 * The pages of `docs/providers/`, followed as they are written: the entry for the file of accounts is taken, and each script
 * is run against an intake with it and prints what the page says.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { listen } from "#runtime/http_server.ts";
import { repositoryRoot } from "#local/home.ts";
import { intake } from "#kit/intake/testing.ts";
import { ProviderAccounts } from "../../../ingest/intake/providers/accounts.ts";
import { rows } from "../../../ingest/intake/providers/rows.ts";
import { type Fence, fencesOf } from "../scripts/fences.ts";

const folder = join(repositoryRoot, "docs/providers");
const run = promisify(execFile);

test("each provider has a page, and the list has each page", async () => {
  const pages = (await readdir(folder)).filter((name) => name !== "README.md");
  assert.deepEqual(pages.sort(), rows.map(({ name }) => `${name}.md`).sort());
  const list = await readFile(join(folder, "README.md"), "utf8");
  for (const page of pages) assert.ok(list.includes(`](${page})`), page);
});

for (const { name } of rows) {
  test(`the page of ${name} sets it up as it is written`, async () => {
    const page = await readFile(join(folder, `${name}.md`), "utf8");
    const fences = fencesOf(page);
    const entry = fences.find(({ info }) => info === "json")?.text ?? "";
    const { app, published } = intake({
      accounts: ProviderAccounts.in(entry, `The entry of ${name}.md`),
      clock: Date.now,
    });
    const server = await listen(app, {
      host: "127.0.0.1",
      port: 0,
      portEnv: "none",
    });
    try {
      const scripts = fences.filter(({ info }) => info === "sh");
      assert.ok(scripts.length > 0, "the page has no script");
      for (const script of scripts) {
        const { text } = script;
        const moved = text.replaceAll("http://127.0.0.1:8000", server.url);
        const { stdout } = await run("sh", ["-euc", moved]);
        assert.equal(stdout.trimEnd(), answerOf(script, fences), text);
      }
    } finally {
      await server.close();
    }
    // Nobody but PayPal can sign as PayPal does.
    assert.equal(published.length, name === "paypal" ? 0 : 1);
  });
}

/** What the page says that a script prints: the block after it. */
function answerOf(script: Fence, fences: readonly Fence[]): string | undefined {
  return fences[fences.indexOf(script) + 1]?.text;
}
