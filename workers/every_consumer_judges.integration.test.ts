import assert from "node:assert/strict";
import { test } from "node:test";
import { consumerNames } from "#contracts/services.ts";
import { judgedBy } from "#kit/judged_by.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";

// The desk makes no dead letters: it keeps what it cannot read as it is.
const judging = consumerNames.filter((name) => name !== "dead_letter_desk");

for (const name of judging) {
  test(`${name} judges what is no event, without Kafka, and ends`, async () => {
    await using fresh = await persistenceDatabase();
    const [judgement, ...more] = await judgedBy(name, fresh, [
      { offset: 3, json: "{" },
    ]);
    assert.deepEqual(more, []);
    assert.ok(judgement?.outcome === "dead-letter", JSON.stringify(judgement));
    assert.equal(judgement.offset, 3);
    assert.equal(judgement.code, "not_json");
  });
}
