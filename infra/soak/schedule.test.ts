import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { planFaults, type PlannedFault, servers, targets } from "./schedule.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const minutes = fc.integer({ min: 2, max: 90 });

test("the same seed gives the same schedule, another seed another", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    assert.deepEqual(planFaults(seed, length), planFaults(seed, length));
    assert.notDeepEqual(planFaults(seed, length), planFaults(seed + 1, length));
  }));
});

test("there are 1.5 to 2 faults a minute, and never fewer than 4", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    const { length: count } = planFaults(seed, length);
    assert.ok(count >= 4);
    assert.ok(count >= 1.5 * length && count <= 2 * length, `${count}`);
  }));
  assert.ok(planFaults(1, 30).length >= 40);
});

test("every schedule kills a worker and breaks a server", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    const faults = planFaults(seed, length);
    assert.ok(
      faults.some(({ target, fault }) =>
        fault === "kill" && /^(validator|analytics|persistence)$/.test(target)
      ),
    );
    assert.ok(faults.some(isOfServer));
  }));
});

test("the last minute, of short runs the last fifth, is calm", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    const calmFrom = length * 60 - Math.min(60, length * 12);
    for (const { atSeconds, durationSeconds } of planFaults(seed, length)) {
      assert.ok(atSeconds + durationSeconds <= calmFrom + 2);
    }
  }));
});

test("a pause takes 2 to 20 seconds", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    for (const { fault, durationSeconds } of planFaults(seed, length)) {
      if (fault !== "pause") assert.equal(durationSeconds, 0);
      else assert.ok(durationSeconds >= 2 && durationSeconds <= 20);
    }
  }));
});

test("at least one fault in ten begins while another target is under one, and most do not", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    const faults = planFaults(seed, length);
    const overlapping = faults.filter((fault, index) =>
      faults.slice(0, index).some((other) =>
        meet(other, fault)
      )
    ).length;
    assert.ok(overlapping >= faults.length / 10, `${overlapping}`);
    assert.ok(overlapping <= faults.length / 2, `${overlapping}`);
  }));
});

test("no target is under two faults at once", () => {
  fc.assert(fc.property(seeds, minutes, (seed, length) => {
    const faults = planFaults(seed, length);
    faults.forEach((fault, index) => {
      for (const other of faults.slice(0, index)) {
        assert.ok(other.target !== fault.target || !meet(other, fault));
      }
    });
  }));
});

test("half an hour breaks every target, and servers less often than services", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const faults = planFaults(seed, 30);
    assert.deepEqual(
      new Set(faults.map(({ target }) => target)),
      new Set(targets),
    );
    assert.ok(faults.filter(isOfServer).length < faults.length / 3);
  }));
});

function isOfServer({ target }: PlannedFault): boolean {
  return servers.some((server) => server === target);
}

/** Whether the later one begins during the earlier one, or within 2 s where that is over at once. */
function meet(earlier: PlannedFault, later: PlannedFault): boolean {
  return later.atSeconds <=
    earlier.atSeconds + Math.max(2, earlier.durationSeconds);
}
