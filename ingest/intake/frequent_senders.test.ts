import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FrequentSenders } from "./frequent_senders.ts";

test("a count is never too low, too high by a 32nd of all at most, and who sends more than that has one", () => {
  const sender = fc.oneof(
    fc.nat(5).map((one) => `often ${one}`),
    fc.nat(200).map((one) => `seldom ${one}`),
  );
  fc.assert(
    fc.property(fc.array(sender, { size: "max", maxLength: 1_000 }), (sent) => {
      const senders = new FrequentSenders();
      const truth = new Map<string, number>();
      for (const one of sent) {
        senders.sent(one);
        truth.set(one, (truth.get(one) ?? 0) + 1);
      }
      const counted = senders.most(32);
      const margin = sent.length / 32;
      for (const { sender, count } of counted) {
        const really = truth.get(sender) ?? 0;
        assert.ok(count >= really && count <= really + margin);
      }
      const names = new Set(counted.map(({ sender }) => sender));
      for (const [one, count] of truth) {
        assert.ok(count <= margin || names.has(one));
      }
    }),
  );
});
