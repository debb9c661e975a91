import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brokerCounts,
  isBroker,
  isServer,
  planFaults,
  type PlannedFault,
  targetsOf,
} from "./schedule.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const brokers = fc.constantFrom(...brokerCounts);
const runs = fc.record({
  seed,
  minutes: fc.integer({ min: 2, max: 90 }),
  brokers,
});

test("the same seed gives the same schedule, another seed another", () => {
  fc.assert(fc.property(runs, (run) => {
    const another = { ...run, seed: run.seed + 1 };
    assert.deepEqual(planFaults(run), planFaults(run));
    assert.notDeepEqual(planFaults(run), planFaults(another));
  }));
});

test("there are 1.5 to 2 faults a minute, and never fewer than 4", () => {
  fc.assert(fc.property(runs, (run) => {
    const { minutes } = run;
    const { length: count } = planFaults(run);
    assert.ok(count >= 4);
    assert.ok(count >= 1.5 * minutes && count <= 2 * minutes, `${count}`);
  }));
  assert.ok(planFaults({ seed: 1, minutes: 30, brokers: 1 }).length >= 40);
});

test("every schedule kills a worker and breaks a server, of three brokers one", () => {
  fc.assert(fc.property(runs, (run) => {
    const faults = planFaults(run);
    assert.ok(
      faults.some(({ target, fault }) =>
        fault === "kill" && /^(validator|analytics|persistence)$/.test(target)
      ),
    );
    assert.ok(
      faults.some(({ target }) =>
        run.brokers === 1 ? isServer(target) : isBroker(target)
      ),
    );
  }));
});

test("no two brokers are under a fault at once", () => {
  fc.assert(fc.property(seed, (seed) => {
    const ofBrokers = planFaults({ seed, minutes: 60, brokers: 3 })
      .filter(({ target }) => isBroker(target));
    ofBrokers.forEach((fault, index) => {
      const before = ofBrokers[index - 1];
      assert.ok(before === undefined || !meet(before, fault));
    });
  }));
});

test("the last minute, of short runs the last fifth, is calm", () => {
  fc.assert(fc.property(runs, (run) => {
    const from = run.minutes * 60 - Math.min(60, run.minutes * 12);
    for (const { atSeconds, durationSeconds } of planFaults(run)) {
      assert.ok(atSeconds + durationSeconds <= from + 2);
    }
  }));
});

test("a pause takes 2 to 20 seconds", () => {
  fc.assert(fc.property(runs, (run) => {
    for (const { fault, durationSeconds } of planFaults(run)) {
      if (fault !== "pause") assert.equal(durationSeconds, 0);
      else assert.ok(durationSeconds >= 2 && durationSeconds <= 20);
    }
  }));
});

test("at least one fault in ten begins while another target is under one, and most do not", () => {
  fc.assert(fc.property(runs, (run) => {
    const faults = planFaults(run);
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
  fc.assert(fc.property(runs, (run) => {
    const faults = planFaults(run);
    faults.forEach((fault, index) => {
      for (const other of faults.slice(0, index)) {
        assert.ok(other.target !== fault.target || !meet(other, fault));
      }
    });
  }));
});

test("half an hour breaks every target, and servers less often than services", () => {
  fc.assert(fc.property(seed, brokers, (seed, brokers) => {
    const faults = planFaults({ seed, minutes: 30, brokers });
    assert.deepEqual(
      new Set(faults.map(({ target }) => target)),
      new Set(targetsOf(brokers)),
    );
    const ofServers = faults.filter(({ target }) => isServer(target)).length;
    assert.ok(ofServers < faults.length / (brokers === 1 ? 3 : 2));
  }));
});

/** Whether the later one begins during the earlier one, or within 2 s if that is over at once. */
function meet(earlier: PlannedFault, later: PlannedFault): boolean {
  return later.atSeconds <=
    earlier.atSeconds + Math.max(2, earlier.durationSeconds);
}
