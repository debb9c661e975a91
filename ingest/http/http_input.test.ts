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

test("a connection of which nothing is there holds no memory, and what is there is not given back", async () => {
  const one = new HttpInput(saying("one"));
  assert.equal(one.bytes.buffer.byteLength, 0);
  await one.fill(100);
  one.giveBack();
  assert.equal(one.text(one.length), "one");
  one.take(2);
  one.giveBack();
  assert.equal(one.text(one.length), "e");
  one.take(1);
  one.giveBack();
  assert.equal(one.bytes.buffer.byteLength, 0);
});

test("memory that one connection gave back is another's, but not while it is read into", async () => {
  const [one, other] = [saying("one"), saying("other")];
  const [first, second] = [new HttpInput(one), new HttpInput(other)];
  await first.fill(100);
  first.take(3);
  first.giveBack();
  await second.fill(100);
  assert.equal(other.rooms[0]?.buffer, one.rooms[0]?.buffer);
  // Nothing comes, and the runtime may still write into it.
  const third = { rooms: [] as Uint8Array[] };
  const waiting = new HttpInput({
    read(room) {
      third.rooms.push(room);
      return new Promise(() => {});
    },
  });
  void waiting.fill(100);
  waiting.giveBack();
  const fourth = saying("fourth");
  await new HttpInput(fourth).fill(100);
  assert.notEqual(fourth.rooms[0]?.buffer, third.rooms[0]?.buffer);
});

/** A connection that says something, and notes what it is read into. */
function saying(text: string) {
  const rooms: Uint8Array[] = [];
  return {
    rooms,
    read(room: Uint8Array): Promise<number> {
      rooms.push(room);
      return Promise.resolve(new TextEncoder().encodeInto(text, room).written);
    },
  };
}

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
