import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptRooms } from "./kept_rooms.ts";

test("a room that was given back is used again, and nobody else has it meanwhile", () => {
  const rooms = new KeptRooms(() => new Uint8Array(1), 2);
  const room = rooms.take();
  assert.notEqual(rooms.take(), room);
  rooms.give(room);
  assert.equal(rooms.take(), room);
  assert.notEqual(rooms.take(), room);
});

test("no more rooms are kept than was said", () => {
  let made = 0;
  const rooms = new KeptRooms(() => ({ number: ++made }), 2);
  for (const room of [rooms.take(), rooms.take(), rooms.take()]) {
    rooms.give(room);
  }
  for (let taken = 0; taken < 3; taken++) rooms.take();
  assert.equal(made, 4);
});
