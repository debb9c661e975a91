import assert from "node:assert/strict";
import { test } from "node:test";
import { deskIndex } from "#kit/desk_index.ts";
import { keptTopic } from "#kit/kept_topic.ts";
import { rejectedOf } from "../queries/rejected.ts";
import { followed } from "./follow_topic.ts";
import { takeInRejected } from "./index_rejected.ts";

const refusal = (account: string | undefined) => ({
  at: new Date().toISOString(),
  provider: "stripe",
  ...account !== undefined && { account },
  status: 401,
  result: "bad_signature",
  why: { cause: "unknown_secret" },
  refusals: 2,
  sender: "192.0.2.1",
  user_agent: null,
  signature_id: null,
  body: { bytes: null, content_type: null, is_examined: false },
});

test("refusals are counted and found by the account that they were sent to", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const values = [
    refusal("eu"),
    refusal("us"),
    refusal("eu"),
    refusal(undefined),
  ];
  const catchUp = followed(
    { ...keptTopic("rejected", values, 0), database },
    takeInRejected,
  );
  await catchUp();
  await catchUp();
  const found = async (filter: Parameters<typeof rejectedOf>[1]) =>
    (await rejectedOf(database, filter)).map(({ account, refusals }) => [
      account,
      refusals,
    ]).sort();
  assert.deepEqual(await found({}), [["", 2], ["eu", 4], ["us", 2]]);
  assert.deepEqual(
    await found({ provider: "stripe", account: "eu" }),
    [["eu", 4]],
  );
});
