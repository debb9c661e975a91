import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { test } from "node:test";
import { HttpInput } from "./http_input.ts";

test("of what a sender floods its connection with, no more is discarded than was said", async () => {
  const flood = floodOf(Infinity);
  assert.equal(await new HttpInput(flood).discard(1_000_000), false);
  assert.ok(flood.sent >= 1_000_000);
  assert.ok(flood.sent < 1_000_000 + 65_536 + 1, `${flood.sent}`);
});

test("whoever has nothing more to send is discarded to the end", async () => {
  const flood = floodOf(300_000);
  assert.equal(await new HttpInput(flood).discard(1_000_000), true);
  assert.equal(flood.sent, 300_000);
});

test("while a flood is discarded, the event loop goes round", async () => {
  let isOver = false;
  let turns = 0;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const flood = floodOf(Infinity);
  await new HttpInput(flood).discard(10_000_000);
  isOver = true;
  assert.ok(turns > 10, `${turns} turns`);
});

/** A connection that has so many bytes, all at once. */
function floodOf(bytes: number) {
  const flood = {
    sent: 0,
    read(room: Uint8Array): Promise<number | null> {
      const count = Math.min(room.length, bytes - flood.sent);
      flood.sent += count;
      return Promise.resolve(count === 0 ? null : count);
    },
  };
  return flood;
}
