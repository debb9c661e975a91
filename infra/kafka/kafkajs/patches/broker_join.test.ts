import assert from "node:assert/strict";
import { test } from "node:test";
import type { Broker } from "kafkajs/src/broker/index.js";
import { leavingFirst, type Membership, offering } from "./broker_join.ts";

/** A coordinator that notes what it is asked, and a consumer's way to join through it. */
function coordinator({ leaving = () => {} } = {}) {
  const asked: string[] = [];
  let members = 0;
  const broker: Broker = {
    nodeId: 1,
    connectionPool: {
      host: "none",
      port: 0,
      send: () => Promise.reject(new Error("Nothing else is asked")),
    },
    fetch: () => Promise.reject(new Error("not asked for")),
    joinGroup: leavingFirst(({ memberId }) => {
      asked.push(`join as ${memberId || "new"}`);
      return Promise.resolve({ memberId: memberId || `member-${++members}` });
    }),
    // deno-lint-ignore require-await
    leaveGroup: async ({ memberId }) => {
      asked.push(`leave as ${memberId}`);
      leaving();
    },
  };
  const join = (membership: Membership, memberId: string) =>
    broker.joinGroup({
      groupId: "group",
      memberId,
      groupProtocols: [protocolOf(membership)],
    });
  return { asked, join };
}

function protocolOf(membership: Membership): object {
  const kafka = {
    cluster: { findTopicPartitionMetadata: () => [] },
    groupId: "group",
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  };
  // @ts-expect-error kafkajs asks for more than its assigner takes to say its protocol
  return offering(membership, () => {})(kafka).protocol({ topics: ["topic"] });
}

test("whom a consumer takes the place of leaves before it joins, once", async () => {
  const { asked, join } = coordinator();
  const membership: Membership = { former: "lost" };
  await join(membership, "");
  await join(membership, "");
  assert.deepEqual(asked, ["leave as lost", "join as new", "join as new"]);
  assert.deepEqual(membership, { memberId: "member-2" });
});

test("whom the coordinator has forgotten need not leave", async () => {
  const { asked, join } = coordinator({
    leaving() {
      throw Object.assign(new Error("who?"), { type: "UNKNOWN_MEMBER_ID" });
    },
  });
  await join({ former: "lost" }, "");
  assert.deepEqual(asked, ["leave as lost", "join as new"]);
});

test("nobody joins while the former member may still be there", async () => {
  const { asked, join } = coordinator({
    leaving() {
      throw Object.assign(new Error("loading"), {
        type: "GROUP_LOAD_IN_PROGRESS",
      });
    },
  });
  const membership = { former: "lost" };
  await assert.rejects(join(membership, ""), /loading/);
  await assert.rejects(join(membership, ""), /loading/);
  assert.deepEqual(asked, ["leave as lost", "leave as lost"]);
});
