import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RefusalSample } from "./refusal_sample.ts";

test("a flood of one sender hides no other, and no other kind of refusal", () => {
  const sample = new RefusalSample<string>();
  const group = "provider bad_signature";
  for (let n = 0; n < 10_000; n++) {
    sample.add({ group, sender: "flood" }, () => `flood ${n}`);
  }
  sample.add({ group, sender: "shop" }, () => "shop");
  sample.add({ group: "provider stale", sender: "shop" }, () => "stale");
  const taken = sample.take(3);
  assert.deepEqual(taken, [
    { item: "flood 0", refusals: 1 },
    { item: "shop", refusals: 10_000 },
    { item: "stale", refusals: 1 },
  ]);
  assert.deepEqual(sample.take(3), []);
});

test("each refusal is counted in one item, and no more are made than are held", () => {
  const arrivals = fc.array(
    fc.record({
      group: fc.constantFrom("a", "b", "c", "d"),
      sender: fc.constantFrom(
        ...Array.from({ length: 80 }, (_, n) => String(n)),
      ),
    }),
    { size: "max", maxLength: 2_000 },
  );
  fc.assert(fc.property(arrivals, fc.integer({ max: 20 }), (all, most) => {
    const sample = new RefusalSample<(typeof all)[number]>();
    let made = 0;
    for (const one of all) {
      sample.add(one, () => {
        made++;
        return one;
      });
    }
    assert.ok(made <= 64 + 4, String(made));
    const taken = sample.take(most);
    const groups = new Set(all.map(({ group }) => group));
    assert.ok(taken.length <= Math.max(most, groups.size));
    for (const group of groups) {
      const refusals = taken.filter(({ item }) => item.group === group)
        .reduce((sum, { refusals }) => sum + refusals, 0);
      const sent = all.filter((one) => one.group === group);
      assert.equal(refusals, sent.length);
    }
  }));
});
