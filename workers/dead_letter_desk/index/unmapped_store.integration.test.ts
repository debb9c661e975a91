import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type DeskIndex, deskIndex } from "#kit/desk_index.ts";
import { unmappedOf } from "../queries/unmapped.ts";
import { unmappedRow } from "./unmapped_row.ts";
import { markGone } from "./unmapped_states.ts";
import { storeUnmapped } from "./unmapped_store.ts";

const JOB = "10000000-0000-4000-8000-000000000000";

type Pointer = {
  of: number;
  type?: string;
  item?: number;
  /** The pointer that a job has sent again to make it, and the raw record that was put in. */
  replay?: { of: number; raw: number };
};

function pointer(
  offset: number,
  { of, type = "charge.updated", item, replay }: Pointer,
): ReceivedRecord {
  const raw = replay?.raw ?? of;
  return {
    topic: "unmapped",
    partition: 0,
    offset,
    timestampMs: 0,
    key: Buffer.from(`pi_${of}`),
    value: Buffer.from(JSON.stringify({
      provider: "stripe",
      account: "eu",
      type,
      family: "payment",
      source_topic: "raw",
      source_partition: 1,
      source_offset: raw,
      ...item !== undefined && { source_item: item, source_items: 3 },
      received_at: new Date(Date.UTC(2026, 0, 2, of)).toISOString(),
      mapping_version: 1,
    })),
    headers: [
      header("eventflow-source", `raw/1/${raw}`),
      ...replay === undefined ? [] : [
        header("eventflow-replay-of", `unmapped/0/${replay.of}`),
        header("eventflow-replay-job", JOB),
        header("eventflow-replay-nth", "1"),
        header("eventflow-origin", `raw/1/${of}`),
      ],
    ],
  };
}

async function store(
  { database }: DeskIndex,
  ...pointers: readonly ReceivedRecord[]
): Promise<void> {
  await database.use((sql) =>
    sql.begin((sql) =>
      storeUnmapped(sql, pointers.flatMap((one) => unmappedRow(one) ?? []))
    )
  );
}

const countsOf = async ({ database }: DeskIndex) =>
  (await unmappedOf(database, {})).map((
    { type, open, sent, unmapped_again, gone },
  ) => ({ type, open, sent, unmapped_again, gone }));

test("webhooks that no mapping knew are counted by what they are of, each once however often it is read", async () => {
  await using index = await deskIndex();
  const all = [
    pointer(0, { of: 1 }),
    pointer(1, { of: 2 }),
    pointer(2, { of: 3, type: "payout.paid" }),
  ];
  await store(index, ...all);
  await store(index, ...all, pointer(3, { of: 5 }));
  const [first, second] = await unmappedOf(index.database, {});
  assert.deepEqual(first, {
    provider: "stripe",
    account: "eu",
    type: "charge.updated",
    family: "payment",
    first_seen: "2026-01-02T01:00:00.000Z",
    last_seen: "2026-01-02T05:00:00.000Z",
    open: 3,
    sent: 0,
    mapped: 0,
    unmapped_again: 0,
    dead: 0,
    gone: 0,
  });
  assert.deepEqual([second?.type, second?.open], ["payout.paid", 1]);
  const found = await unmappedOf(index.database, { type: "payout.paid" });
  assert.equal(found.length, 1);
});

test("a pointer takes the place of an earlier one to the same thing, in one read or in two, and of no other thing", async () => {
  for (const inOneRead of [true, false]) {
    await using index = await deskIndex();
    const first = [
      pointer(0, { of: 1, item: 1 }),
      pointer(1, { of: 1, item: 2 }),
      pointer(2, { of: 2 }),
    ];
    const second = [
      pointer(3, { of: 1, item: 2, replay: { of: 1, raw: 90 } }),
      pointer(4, { of: 2, replay: { of: 2, raw: 91 } }),
    ];
    if (inOneRead) await store(index, ...first, ...second);
    else {
      await store(index, ...first);
      await store(index, ...second);
    }
    assert.deepEqual(await countsOf(index), [{
      type: "charge.updated",
      open: 3,
      sent: 0,
      unmapped_again: 2,
      gone: 0,
    }]);
  }
});

test("what points at a raw record that is not kept any more is gone, and nothing else", async () => {
  await using index = await deskIndex();
  await store(index, pointer(0, { of: 1 }), pointer(1, { of: 2 }));
  const { database } = index;
  const keptFrom = (topic: string, start: number) =>
    database.use((sql) =>
      sql.begin((sql) => markGone(sql, topic, new Map([[0, 9], [1, start]])))
    );
  await keptFrom("another", 9);
  await keptFrom("raw", 2);
  await keptFrom("raw", 2);
  assert.deepEqual(await countsOf(index), [{
    type: "charge.updated",
    open: 1,
    sent: 0,
    unmapped_again: 0,
    gone: 1,
  }]);
});
