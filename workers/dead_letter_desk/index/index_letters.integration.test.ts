import assert from "node:assert/strict";
import { test } from "node:test";
import { deskIndex } from "#kit/desk_index.ts";
import { PartitionError } from "#runtime/errors.ts";
import { catchUpWithGroup } from "./index_letters.ts";

test("letters that cannot be read are told, and those of other partitions are read", async () => {
  await using index = await deskIndex();
  const skipped: string[] = [];
  const read: number[] = [];
  const unreadable = new PartitionError("It is damaged");
  await catchUpWithGroup({
    database: index.database,
    kafka: {
      async *read() {
        const nothing = { records: [], gaps: [] };
        yield { ...nothing, partition: 0, nextOffset: 3, unreadable };
        yield { ...nothing, partition: 1, nextOffset: 9 };
      },
    },
    admin: {
      positions: () => Promise.resolve(new Map([[0, 9], [1, 9]])),
      startOffsets: () => Promise.resolve(new Map()),
    },
    topic: "letters",
    groupId: "desk",
    skipped: (letters, reason) => skipped.push(`${letters}: ${reason}`),
    told: ({ partition }) => read.push(partition),
  });
  assert.deepEqual(skipped, ["0/3 to 8: It is damaged"]);
  assert.deepEqual(read, [0, 1]);
});
