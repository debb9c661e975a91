import assert from "node:assert/strict";
import { test } from "node:test";
import { toldAnomaly } from "./told_anomaly.ts";

test("money is told to the least unit of its currency", () => {
  const counted = { observed: 12, expected: 2, exposure: 10 };
  const { money_affected } = toldAnomaly({
    state: "opened",
    alarm: {
      number: 1,
      series: "disputes",
      direction: "up",
      path: [],
      since: 1,
      raised: 2,
      at: counted,
      evidence: 1,
      threshold: 1,
      total: counted,
      reverse: { sum: 0, since: 0 },
      money: { EUR: 1_234_567, JPY: 164_930_642, BHD: 1_234_567 },
    },
  }, 0);
  assert.deepEqual(money_affected, { EUR: 12.35, JPY: 1649, BHD: 12.346 });
});
