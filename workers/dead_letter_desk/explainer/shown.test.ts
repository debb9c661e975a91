import assert from "node:assert/strict";
import { test } from "node:test";
import type { PatchOperation } from "#contracts/desk_action.ts";
import { DeskRefusal } from "../refusal.ts";
import { describeLetters } from "./describe_letters.ts";
import type { Subject } from "./explaining.ts";
import { shownOf } from "./shown.ts";
import type { Trial } from "./trial.ts";

const issues = [{
  path: "payload.currency",
  message: "must be three upper-case letters",
}];

const described = describeLetters({
  service: "validator-service",
  code: "contract_violation",
  provider: null,
  issues,
  events: [{ payload: { currency: "usd" } }],
});

const subject = (tryPatch: NonNullable<Subject["tryPatch"]>): Subject => ({
  ...described,
  cause: null,
  faults: issues,
  unsent: [],
  tryPatch,
});

const passes: Trial = {
  would_pass: 1,
  would_fail: 0,
  why: undefined,
  forbidden: [],
};

const patch: PatchOperation[] = [
  { op: "test", path: "/payload/currency", value: "usd" },
  { op: "replace", path: "/payload/currency", value: "USD" },
];

const answer = { cause: "Written small.", confidence: 1, patch };

test("a model's patch goes before the rules', and its words in place of theirs", async () => {
  const shown = await shownOf(subject(() => Promise.resolve(passes)), {
    answer,
  });
  assert.deepEqual([shown.text, shown.patch_by], ["Written small.", "model"]);
});

test("a patch that changes what it may not is not proposed, though it would pass", async () => {
  const trial = { ...passes, forbidden: ["payload.amount"] };
  const shown = await shownOf(subject(() => Promise.resolve(trial)), {
    answer,
  });
  assert.equal(shown.patch, null);
  assert.equal(shown.notes.length, 2);
});

test("a service that cannot judge takes nobody the text", async () => {
  const shown = await shownOf(
    subject(() => Promise.reject(new DeskRefusal(503, "It is away."))),
    {},
  );
  assert.equal(shown.patch, null);
  assert.match(shown.text, /ISO 4217/);
  assert.match(shown.notes[0] ?? "", /cannot be tried\. It is away\./);
});
