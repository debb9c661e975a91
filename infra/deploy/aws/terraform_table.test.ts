import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { awsSettings } from "./settings.ts";
import { tasks } from "./tasks.ts";

const folder = join(import.meta.dirname ?? "", "terraform");
const fileOf = (name: string) => readFileSync(join(folder, name), "utf8");

test("each value that the tables call by a name is said once in Terraform, and no other is", () => {
  const [, block = ""] = /^ {2}deployed = \{\n([^]*?)^ {2}\}/m
    .exec(fileOf("tasks.tf")) ?? [];
  const said = [...block.matchAll(/^ {4}(\w+) += /gm)].map(([, name]) => name);
  const called = tasks.flatMap(({ deployed, explainer }) => [
    ...Object.values(deployed),
    ...Object.values(explainer?.deployed ?? {}),
  ]);
  assert.deepEqual(said.sort(), [...new Set(called)].sort());
});

test("Terraform is asked for the settings of the stack, with the same defaults", () => {
  const variables = [
    ...fileOf("variables.tf").matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm),
  ].map(([, name = "", block = ""]) => [
    name,
    /^ {2}default += "?(.*?)"?$/m.exec(block)?.[1],
  ]);
  const settings = Object.entries(awsSettings).map((
    [key, { env, fallback }],
  ) => [
    env.replace("EVENTFLOW_AWS_", "").toLowerCase()
      // A variable may not have that name.
      .replace(/^version$/, "eventflow_version"),
    key === "explainerModel" ? "null" : fallback,
  ]);
  assert.deepEqual(variables.sort(), settings.sort());
});

test("no right in Kafka is written by hand into Terraform", () => {
  for (const name of readdirSync(folder).filter((one) => /\.tf$/.test(one))) {
    assert.doesNotMatch(fileOf(name), /kafka-cluster:/, name);
  }
});
