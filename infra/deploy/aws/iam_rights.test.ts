import assert from "node:assert/strict";
import { test } from "node:test";
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { on, prefixed } from "#kafka/access/rights.ts";
import { statementsFor } from "./iam_rights.ts";

const arn = {
  before: "arn:aws:kafka:eu-central-1:111122223333",
  cluster: "payments/id-4",
};

const needs = allNeeds(usualNames());

test("a right is an action on that resource of that cluster, and whoever writes may do so idempotently", () => {
  assert.deepEqual(
    statementsFor([
      on("Topic", "raw", "Write", "test"),
      on("Group", "g", "Read", "test"),
      prefixed(on("TransactionalId", "g.raw.", "Write", "test")),
    ], arn),
    [
      {
        actions: [
          "kafka-cluster:Connect",
          "kafka-cluster:WriteDataIdempotently",
        ],
        resources: [`${arn.before}:cluster/payments/id-4`],
      },
      ...[
        ["WriteData", "topic/payments/id-4/raw"],
        ["DescribeTopic", "topic/payments/id-4/raw"],
        ["AlterGroup", "group/payments/id-4/g"],
        ["DescribeGroup", "group/payments/id-4/g"],
        ["AlterTransactionalId", "transactional-id/payments/id-4/g.raw.*"],
        ["DescribeTransactionalId", "transactional-id/payments/id-4/g.raw.*"],
      ].map(([action, resource]) => ({
        actions: [`kafka-cluster:${action}`],
        resources: [`${arn.before}:${resource}`],
      })),
    ],
  );
});

test("whoever only looks writes nothing", () => {
  for (const program of ["observer", "audit", "verify", "positions"]) {
    const all = statementsFor(needs.get(program) ?? [], arn)
      .flatMap(({ actions }) => actions);
    assert.ok(all.includes("kafka-cluster:Connect"));
    assert.deepEqual(
      all.filter((action) => /:(Write|Alter|Create|Delete)/.test(action)),
      [],
      program,
    );
  }
});

test("IAM has a word for each right of each program, and none is for every topic", () => {
  for (const [program, rights] of needs) {
    for (const { resources } of statementsFor(rights, arn)) {
      assert.deepEqual(
        resources.filter((one) => /\/\*|\*./.test(one)),
        [],
        program,
      );
    }
  }
});
