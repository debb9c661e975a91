import assert from "node:assert/strict";
import { test } from "node:test";
import { on } from "#kafka/access/rights.ts";
import { type Template, wrongRights } from "./template_rights.ts";

const needs = new Map([
  ["observer", [on("Group", "g", "Describe", "test")]],
]);

const arn = (kind: string, end = "") => ({
  "Fn::Join": ["", [
    "arn:",
    { Ref: "AWS::Partition" },
    `:kafka:eu-central-1:111122223333:${kind}/`,
    {
      "Fn::Select": [1, {
        "Fn::Split": [":cluster/", { "Fn::GetAtt": ["Kafka", "Arn"] }],
      }],
    },
    end,
  ]],
});

const connect = {
  Effect: "Allow",
  Action: "kafka-cluster:Connect",
  Resource: arn("cluster"),
};
const describe = {
  Effect: "Allow",
  Action: "kafka-cluster:DescribeGroup",
  Resource: arn("group", "/g"),
};

const template = (...statements: unknown[]): Template => ({
  Resources: {
    Task: {
      Type: "AWS::ECS::TaskDefinition",
      Properties: {
        Family: "eventflow-observer",
        TaskRoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
      },
    },
    Role: { Type: "AWS::IAM::Role", Properties: {} },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: {
        Roles: [{ Ref: "Role" }],
        PolicyDocument: { Statement: statements },
      },
    },
  },
});

test("a role that may do what its row says, and nothing else, is right", () => {
  assert.deepEqual(wrongRights(template(connect, describe), needs), []);
});

test("a role that may do more is named with what it need not", () => {
  const more = { ...describe, Action: ["kafka-cluster:AlterGroup"] };
  assert.deepEqual(wrongRights(template(connect, describe, more), needs), [
    "observer may kafka-cluster:AlterGroup on arn:{partition}:kafka:{region}:{account}:group/{cluster}/g, and need not",
  ]);
  const all = { Effect: "Allow", Action: "*", Resource: "*" };
  assert.deepEqual(wrongRights(template(connect, describe, all), needs), [
    "observer may * on *, and need not",
  ]);
  const bedrock = {
    Effect: "Allow",
    Action: "bedrock:InvokeModel",
    Resource: "arn:aws:bedrock:eu-central-1::foundation-model/m",
  };
  assert.equal(
    wrongRights(template(connect, describe, bedrock), needs).length,
    1,
  );
});

test("a role that may do less is named with what it has to", () => {
  assert.deepEqual(wrongRights(template(connect), needs), [
    "observer may not kafka-cluster:DescribeGroup on arn:{partition}:kafka:{region}:{account}:group/{cluster}/g, and has to",
  ]);
});

test("a template without tasks proves nothing", () => {
  assert.deepEqual(wrongRights({ Resources: {} }, needs), [
    "There are no tasks in the template",
  ]);
});
