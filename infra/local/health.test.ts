import assert from "node:assert/strict";
import { test } from "node:test";
import { partOfGroup } from "./health.ts";
import { workers } from "./service_jobs.ts";
import { configuredPlaces } from "./settings.ts";

const [validator] = workers;

function validatorGroup(members: number, ports = "8001") {
  assert.ok(validator);
  return partOfGroup(
    { name: "validator-service", worker: validator, members },
    configuredPlaces({ EVENTFLOW_VALIDATOR_PORT: ports }),
  );
}

test("a group is there while it has a member, and says how many", () => {
  assert.deepEqual(validatorGroup(1), {
    name: "group validator-service",
    ready: true,
    reason: "1 member",
  });
  assert.equal(validatorGroup(3, "8011-8013").reason, "3 members");
  assert.equal(validatorGroup(0).ready, false);
});

test("a member that nobody has named the port of is told, and how to name it", () => {
  assert.equal(
    validatorGroup(3).reason,
    "3 members, of which EVENTFLOW_VALIDATOR_PORT names 1: name the ports of all, as in EVENTFLOW_VALIDATOR_PORT=8011-8013",
  );
});
