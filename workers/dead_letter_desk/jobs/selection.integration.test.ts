import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { type ConsumerName, services } from "#contracts/services.ts";
import { deadLetterOf } from "#consumer/dead_letter.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type DeskIndex, deskIndex } from "#kit/desk_index.ts";
import { paymentJson } from "#kit/payment.ts";
import { moveLetters } from "../index/letter_states.ts";
import { letterRow } from "../index/letter_row.ts";
import { storeLetters } from "../index/letter_store.ts";
import { selectLetters } from "./selection.ts";

type Given = {
  payment: string;
  origin: number;
  service?: ConsumerName;
  amount?: string;
};

/** Letters at offsets 0, 1 and so on. */
async function indexed(index: DeskIndex, given: readonly Given[]) {
  const records = given.map((one, offset): ReceivedRecord => {
    const { payment, origin, service = "validator", amount = "1.10" } = one;
    const letter = deadLetterOf({
      topic: "raw",
      partition: 0,
      offset: 1_000 + offset,
      timestampMs: 0,
      key: null,
      value: Buffer.from(
        paymentJson({ eventId: `e-${offset}`, paymentId: payment, amount }),
      ),
      headers: [header("eventflow-origin", `raw/0/${origin}`)],
    }, {
      topic: "dlq",
      service: services[service],
      rejection: { code: "not_storable", message: "no", issues: [] },
      attempts: 1,
      at: new Date(0),
    });
    return { ...letter, partition: 0, offset, timestampMs: 0 };
  });
  await index.database.use((sql) =>
    storeLetters(sql, records.flatMap((one) => letterRow(one) ?? []), {
      topic: "dlq",
      partition: 0,
      nextOffset: records.length,
    })
  );
}

async function moved(
  { database }: DeskIndex,
  offset: number,
  to: "sent" | "passed" | "discarded" | "quarantined",
) {
  await database.use((sql) =>
    sql.begin((sql) =>
      moveLetters(sql, [{ partition: 0, first: offset, last: offset }], {
        from: ["open"],
        to,
      })
    )
  );
}

test("open letters are selected, with how many they are and how much money, and none beside them", async () => {
  await using index = await deskIndex();
  await indexed(index, [
    { payment: "a", origin: 0 },
    { payment: "b", origin: 1, amount: "2.25" },
    { payment: "c", origin: 2 },
    { payment: "d", origin: 3 },
    { payment: "e", origin: 4 },
  ]);
  await moved(index, 2, "discarded");
  await moved(index, 4, "quarantined");
  const { earlier, anEarlier, amounts, ...its } = await selectLetters(
    index.database,
    {},
  );
  assert.deepEqual(its, {
    ranges: [{ partition: 0, first: 0, last: 1 }, {
      partition: 0,
      first: 3,
      last: 3,
    }],
    count: 3,
  });
  assert.deepEqual(amounts.map((one) => ({ ...one })), [
    { currency: "USD", amount: "4.45" },
  ]);
  assert.deepEqual([earlier, anEarlier], [0, null]);
  const named = await selectLetters(index.database, { state: "quarantined" });
  assert.deepEqual(named.ranges, [{ partition: 0, first: 4, last: 4 }]);
});

test("an earlier letter of the same payment and service that is not resolved is told, in whichever state", async () => {
  await using index = await deskIndex();
  await indexed(index, [
    { payment: "a", origin: 7 },
    // Later in the topic of dead letters, and earlier in the raw one.
    { payment: "a", origin: 3 },
    { payment: "a", origin: 1, service: "persistence" },
    { payment: "b", origin: 2 },
  ]);
  const ask = async () => {
    const { earlier, anEarlier } = await selectLetters(index.database, {
      letter: "0/0",
    });
    return [earlier, anEarlier];
  };
  assert.deepEqual(await ask(), [1, "0/1"]);
  await moved(index, 1, "sent");
  assert.deepEqual(await ask(), [1, "0/1"], "nobody knows yet");
  await index.database.use((sql) =>
    sql`update letter_states set state = 'quarantined' where "offset" = 1`
  );
  assert.deepEqual(await ask(), [1, "0/1"]);
  for (const state of ["passed", "discarded", "dead_again"]) {
    await index.database.use((sql) =>
      sql`update letter_states set state = ${state}::letter_state where "offset" = 1`
    );
    assert.deepEqual(await ask(), [0, null], state);
  }
});

test("an earlier letter that is selected too is none that is left behind", async () => {
  await using index = await deskIndex();
  await indexed(index, [
    { payment: "a", origin: 7 },
    { payment: "a", origin: 3 },
    { payment: "a", origin: 5 },
  ]);
  const whole = await selectLetters(index.database, { id: "a" });
  assert.deepEqual([whole.count, whole.earlier], [3, 0]);
  const last = await selectLetters(index.database, { letter: "0/0" });
  assert.deepEqual([last.count, last.earlier], [1, 2]);
});
