import assert from "node:assert/strict";
import { test } from "node:test";
import { consumers } from "#contracts/services.ts";
import { repositoryRoot } from "#local/home.ts";
import { newConsumer } from "./new_consumer.ts";
import { ownerOfName } from "./taken_names.ts";

const ownerOf = (given: string) =>
  ownerOfName(
    newConsumer(given, { reads: "validated", port: 8123 }),
    repositoryRoot,
  );

test("a name that nothing has is free", async () => {
  assert.equal(await ownerOf("made_by_a_test"), undefined);
});

test("the name of a consumer, a part, a task, a script, a container or a variable is taken by it", async () => {
  for (const name of Object.keys(consumers)) {
    assert.equal(await ownerOf(name), `workers/${name}`);
  }
  const owners = {
    kafka: "a part of the local stack",
    up: "a task of deno.json",
    migrate: "a task of deno.json",
    prometheus: "a container",
    "intake-operations": "the variable EVENTFLOW_INTAKE_OPERATIONS_PORT",
  };
  for (const [name, owner] of Object.entries(owners)) {
    assert.equal(await ownerOf(name), owner, name);
  }
});
