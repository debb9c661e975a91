/// <reference path="./broker_pool.d.ts" />
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WithBroker } from "kafkajs/src/cluster/brokerPool.js";
import { tellingDenials } from "./broker_search.ts";

/** As kafkajs 2.2.4 does it, of two brokers. */
const withBroker: WithBroker = async (ask) => {
  for (const nodeId of ["1", "2"]) {
    try {
      return await ask({ nodeId, broker: undefined });
    } catch {
      // The next one may know.
    }
  }
  return null;
};

const told = tellingDenials(withBroker);

function error(type: string): Error {
  return Object.assign(new Error(type), { type });
}

test("what every broker denies is thrown, and not taken for nobody's answer", async () => {
  const ask = () => Promise.reject(error("GROUP_AUTHORIZATION_FAILED"));
  assert.equal(await withBroker(ask), null);
  await assert.rejects(told(ask), /GROUP_AUTHORIZATION_FAILED/);
});

test("one broker that answers is enough, and one that is away is waited for as ever", async () => {
  const denied = error("GROUP_AUTHORIZATION_FAILED");
  const found = await told(({ nodeId }) =>
    nodeId === "2" ? Promise.resolve("here") : Promise.reject(denied)
  );
  assert.equal(found, "here");
  assert.equal(await told(() => Promise.reject(new Error("away"))), null);
});
