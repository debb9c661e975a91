import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { providerNames } from "../../../ingest/provider_accounts/names.ts";
import { mapWebhook } from "../../../workers/validator/mapping/map_webhook.ts";
import { rawWebhooks } from "./raw_webhooks.ts";

const COUNT = 1_200;
const BEGAN_MS = Date.now() - COUNT;

async function written(seed: number): Promise<OutgoingRecord[]> {
  const options = { topic: "raw", count: COUNT, beganMs: BEGAN_MS, seed };
  return (await Array.fromAsync(rawWebhooks(options))).flat();
}

const records = await written(1);
const mapped = records.map(({ value, headers = [] }) =>
  mapWebhook({ value, headers })
);

test("there are as many records as were asked for, each received a millisecond behind the one before", () => {
  assert.deepEqual(
    records.map(({ headers: all = [] }) =>
      Number(headerText(all, headers.receivedAt))
    ),
    Array.from({ length: COUNT }, (_, n) => BEGAN_MS + n),
  );
});

test("all providers are heard, each of them of facts, and no record is another's", () => {
  assert.ok(mapped.every((one) => one !== undefined));
  const heard = new Set(
    mapped.filter((one) => one?.items.some(({ kind }) => kind === "event"))
      .map((one) => one?.provider),
  );
  assert.deepEqual([...heard].sort(), [...providerNames].sort());
});

test("some webhooks say several facts, some what no mapping knows, and some what it refuses", () => {
  const kinds = mapped.flatMap((one) => one?.items.map(({ kind }) => kind));
  for (const kind of ["event", "unmapped", "refused"] as const) {
    assert.ok(kinds.includes(kind), kind);
  }
  assert.ok(
    mapped.some((one) =>
      (one?.items.filter(({ kind }) => kind === "event").length ?? 0) > 1
    ),
  );
});

test("some webhooks are sent again with the bytes and the key that they had", () => {
  const again = records.filter(({ value }, n) =>
    n > 0 && value !== null && records[n - 1]?.value?.equals(value)
  );
  assert.ok(again.length > 0);
  for (const record of again) {
    const before = records[records.indexOf(record) - 1];
    assert.deepEqual(record.key, before?.key);
  }
});

test("the same seed makes the same payments", async () => {
  const keys = (some: readonly OutgoingRecord[]) =>
    some.map(({ key }) => String(key));
  assert.deepEqual(keys(await written(1)), keys(records));
  assert.notDeepEqual(keys(await written(2)), keys(records));
});
