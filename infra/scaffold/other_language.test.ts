import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { publishedFolder } from "../checks/contracts/published.ts";
import { newConsumer } from "./new_consumer.ts";
import { otherLanguages, planInOtherLanguage } from "./other_language.ts";

const consumer = newConsumer("fraud-watch", { reads: "validated", port: 1 });

for (const language of otherLanguages) {
  test(`a new consumer in ${language} has a name of its own, and needs nothing of this repository`, async () => {
    const plan = await planInOtherLanguage(language, consumer, repositoryRoot);
    const own = plan.filter(({ path }) => !path.startsWith("contracts/"));
    for (const { path, text } of own) {
      assert.doesNotMatch(`${path}\n${text}`, /ledger/i, path);
      assert.doesNotMatch(text, /\.\.\/|docs\/examples/, path);
    }
    const program = own.find(({ path }) => /^fraud_?watch\.\w+$/i.test(path));
    assert.ok(program);
    assert.match(program.text, /"fraud-watch-service"/);
    const readme = own.find(({ path }) => path === "README.md");
    assert.ok(readme);
    assert.match(readme.text, /fraud_?watch(?:\.py)? --until-end/i);
  });

  test(`a new consumer in ${language} has the published contracts, to the byte`, async () => {
    const plan = await planInOtherLanguage(language, consumer, repositoryRoot);
    const contracts = plan.filter(({ path }) => path.startsWith("contracts/"));
    assert.ok(contracts.length > 3);
    for (const { path, text } of contracts) {
      const file = join(publishedFolder, path.slice("contracts/".length));
      const published = await readFile(join(repositoryRoot, file), "utf8");
      assert.equal(text, published);
    }
  });
}
