import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "./faults.ts";

function reach(name: string, networks: string[], reached: string[]) {
  return {
    container: { id: name, name, networks, addresses: [], ports: [] },
    reached: new Set(reached),
  };
}

test("who reaches those of its networks and nobody else has no fault", () => {
  assert.deepEqual(
    faultsOf([
      reach("validator", ["kafka"], ["kafka"]),
      reach("kafka", ["kafka"], ["validator", "kafka"]),
      reach("postgres", ["postgres"], []),
      reach("alertmanager", ["paging"], ["outside"]),
    ]),
    [],
  );
});

test("who reaches too much or too little is named, and with whom", () => {
  assert.deepEqual(
    faultsOf([
      reach("validator", ["kafka"], ["postgres", "outside"]),
      reach("kafka", ["kafka"], ["validator"]),
      reach("postgres", ["postgres"], []),
    ]),
    [
      "validator does not reach kafka, with which it is in kafka.",
      "validator reaches postgres, with which it is in no network.",
      "validator reaches the world outside.",
    ],
  );
});
