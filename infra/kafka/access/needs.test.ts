import assert from "node:assert/strict";
import { test } from "node:test";
import { transactionalIdOf } from "../transactional_id.ts";
import { allNeeds, usualNames } from "./needs.ts";
import { describeRight, leastOf, on } from "./rights.ts";

const names = usualNames();
const needs = allNeeds(names);
const rightsOf = (program: string) =>
  (needs.get(program) ?? assert.fail(program)).map(describeRight).sort();

test("a service may read its input, write its output, and nothing else", () => {
  assert.deepEqual(rightsOf("intake"), [
    "Write on Topic events.raw.v1",
    "Write on Topic events.rejected.v1",
  ]);
  assert.deepEqual(rightsOf("validator"), [
    "Read on Group validator-service",
    "Read on Topic events.raw.v1",
    "Write on Topic events.dlq.v1",
    "Write on Topic events.unmapped.v1",
    "Write on Topic events.validated.v1",
    "Write on TransactionalId prefix validator-service.events.raw.v1.",
  ]);
  assert.deepEqual(rightsOf("persistence"), [
    "Read on Group persistence-writer",
    "Read on Topic events.validated.v1",
    "Write on Topic events.dlq.v1",
    "Write on TransactionalId prefix persistence-writer.events.validated.v1.",
  ]);
  assert.deepEqual(rightsOf("enriched_writer"), [
    "Read on Group enriched-writer",
    "Read on Topic events.enriched.v1",
    "Write on Topic events.dlq.v1",
    "Write on TransactionalId prefix enriched-writer.events.enriched.v1.",
  ]);
});

test("the transactional ids of a worker are those it has a right to, and nobody else's", () => {
  const prefixes = ["validator", "analytics", "persistence"].map((worker) =>
    needs.get(worker)
      ?.find(({ resource }) => resource === "TransactionalId")?.name ?? ""
  );
  const ids = [
    transactionalIdOf(names.validatorGroup, names.rawTopic, 2),
    transactionalIdOf(names.analyticsGroup, names.validatedTopic, 11),
    transactionalIdOf(names.persistenceGroup, names.validatedTopic, 0),
  ];
  assert.deepEqual(
    ids.map((id) => prefixes.map((prefix) => id.startsWith(prefix))),
    [[true, false, false], [false, true, false], [false, false, true]],
  );
});

test("whoever only looks may write nothing, and only those who change topics may", () => {
  const writers = new Set(["Write", "Create", "Alter", "AlterConfigs"]);
  const looking = [
    "observer",
    "audit",
    "verify",
    "mapping",
    "risk-export",
    "providers",
    "topics",
    "positions",
  ];
  for (const program of looking) {
    const its = needs.get(program) ?? [];
    assert.ok(its.length > 0, program);
    assert.ok(!its.some(({ operation }) => writers.has(operation)), program);
  }
  const changing = [...needs].filter(([, rights]) =>
    rights.some(({ operation }) => operation === "AlterConfigs")
  );
  assert.deepEqual(changing.map(([program]) => program), ["topics-apply"]);
});

test("a right that comes with another is not asked for beside it", () => {
  const rights = leastOf([
    on("Topic", "a", "Describe", "look"),
    on("Topic", "a", "Read", "read"),
    on("Topic", "a", "Read", "read again"),
    on("Topic", "b", "Describe", "look"),
    on("Group", "a", "Describe", "look"),
  ]);
  assert.deepEqual(rights.map(describeRight), [
    "Read on Topic a",
    "Describe on Topic b",
    "Describe on Group a",
  ]);
});
