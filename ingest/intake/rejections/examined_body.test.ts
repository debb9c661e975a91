import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { keepingRecorder } from "#kit/intake/keeping_recorder.ts";
import { onTheWire, openDoor } from "#kit/intake/test_door.ts";
import { Wire } from "../../http/test_wire.ts";
import { MAX_EXAMINED_BYTES } from "./refused_request.ts";

test("a body that arrived with headers that are refused is looked into, and the connection goes on", async () => {
  const { recorder, kept } = keepingRecorder();
  await using door = await openDoor({ recorder });
  using wire = await Wire.open(door.url);
  const { head, body } = onTheWire({ timestamp: "1" });
  wire.send(head + body);
  assert.equal((await wire.answer())?.status, 401);
  const good = onTheWire();
  wire.send(good.head + good.body);
  assert.equal((await wire.answer())?.status, 202);
  const [refused] = kept;
  assert.ok(refused?.body instanceof Uint8Array);
  assert.equal(Buffer.from(refused.body).toString(), body);
  assert.equal(refused.bodyBytes, body.length);
});

test("a body that has not arrived is not waited for, and one that is large is not kept", async () => {
  const { recorder, kept } = keepingRecorder();
  await using door = await openDoor({ recorder });
  using slow = await Wire.open(door.url);
  const { head, body } = onTheWire({ timestamp: "1" });
  slow.send(head + body.slice(0, 5));
  assert.equal((await slow.answer())?.status, 401);
  using large = await Wire.open(door.url);
  const bytes = new Uint8Array(MAX_EXAMINED_BYTES + 1).fill(0x20);
  const second = onTheWire({ bytes, secret: "another" });
  large.send(second.head + second.body);
  assert.equal((await large.answer())?.status, 401);
  assert.deepEqual(
    kept.map(({ body, bodyBytes }) => [body, bodyBytes]),
    [["not_there", body.length], ["too_large", bytes.length]],
  );
});
