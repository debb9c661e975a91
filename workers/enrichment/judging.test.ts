import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openJudging } from "./judging.ts";

const example = fileURLToPath(
  new URL("features/rates.example.json", import.meta.url),
);

test("rates are read, and none are needed", async () => {
  const none = await openJudging({ modelFolder: "", ratesFile: "" });
  assert.equal(none.rates, undefined);
  const { rates } = await openJudging({ modelFolder: "", ratesFile: example });
  assert.ok(rates !== undefined);
});

test("a file that cannot be used is said by its variable, and so is a folder", async () => {
  await assert.rejects(
    openJudging({ modelFolder: "", ratesFile: "/nowhere" }),
    /EVENTFLOW_ENRICHMENT_RATES names what cannot be used/,
  );
  await assert.rejects(
    openJudging({ modelFolder: "/nowhere", ratesFile: "" }),
    /EVENTFLOW_ENRICHMENT_MODEL names what cannot be used/,
  );
});
