import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenBody, IncomingBody, RequestGivenUp } from "./incoming_body.ts";
import { HttpInput } from "./http_input.ts";

/** A body of which nothing ever comes. */
function silent(waiting: () => Promise<void> | void = () => {}) {
  const input = new HttpInput({ read: () => new Promise(() => {}) });
  return new IncomingBody(input, { body: 9 }, { waiting, arrived() {} });
}

test("bodies that wait for their turn to be read are given up like all others", async () => {
  const bodies = Array.from({ length: 20 }, () => silent());
  const reads = bodies.map((body) => body.read());
  // All of them wait, some for bytes and some for their turn.
  await Promise.resolve();
  const reason = new RequestGivenUp("crowded");
  for (const body of bodies) body.cancel(reason);
  for (const read of reads) await assert.rejects(read, reason);
});

test("a body whose sender does not take the 100 it waits for is given up", async () => {
  const body = silent(() => new Promise(() => {}));
  const read = body.read();
  const reason = new RequestGivenUp("request_timeout");
  body.cancel(reason);
  await assert.rejects(read, reason);
});

test("of a body given up nothing more is read", async () => {
  const body = silent();
  const reason = new RequestGivenUp("crowded");
  body.cancel(reason);
  await assert.rejects(body.read(), reason);
});

test("a read that an app leaves behind with its answer ends with it", async () => {
  const body = silent();
  const read = body.read();
  assert.equal(body.finish(), false);
  await assert.rejects(read, BrokenBody);
});

test("a body that is taken whole stays what it was when others read into the memory it came in", async () => {
  const input = (text: string) =>
    new HttpInput({
      read: (room) =>
        Promise.resolve(new TextEncoder().encodeInto(text, room).written),
    });
  const own = input("own body");
  await own.fill(100);
  const body = new IncomingBody(own, { body: 8 }, {
    waiting() {},
    arrived() {},
  });
  const whole = body.takeWhole();
  assert.equal(own.bytes.buffer.byteLength, 0);
  await input("somebody else's").fill(100);
  assert.equal(new TextDecoder().decode(whole), "own body");
});
