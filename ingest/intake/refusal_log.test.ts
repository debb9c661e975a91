import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire } from "../http/test_wire.ts";
import { keepingLog } from "#kit/keeping_log.ts";
import { RefusalLog, TELL_EVERY_MS } from "./refusal_log.ts";
import { onTheWire, openDoor } from "#kit/intake/test_door.ts";

function setUp() {
  const { log, lines } = keepingLog();
  const clock = { nowMs: 0 };
  const refusals = new RefusalLog({ log, clock: () => clock.nowMs });
  return { refusals, lines, clock };
}

test("the first of a kind is said at once, with who sent it", () => {
  const { refusals, lines } = setUp();
  refusals.refused("bad_signature", "203.0.113.5");
  refusals.refused("stale_timestamp", "2001:db8:1:2:3::4");
  assert.deepEqual(lines, [
    {
      refused: 1,
      status: 401,
      refusal: "bad_signature",
      senders: "203.0.113.5 (1)",
    },
    {
      refused: 1,
      status: 401,
      refusal: "stale_timestamp",
      senders: "2001:db8:1:2::/64 (1)",
    },
  ]);
});

test("what is not said yet is said at the end, and once", () => {
  const { refusals, lines } = setUp();
  refusals.refused("bad_signature", "203.0.113.5");
  refusals.refused("bad_signature", "203.0.113.6");
  assert.equal(lines.length, 1);
  refusals.tell({ isLast: true });
  refusals.tell({ isLast: true });
  assert.equal(lines.length, 2);
  assert.equal(Object(lines[1]).senders, "203.0.113.6 (1)");
});

test("a flood is one line in ten seconds, its end included, and names who sent most", () => {
  const { refusals, lines, clock } = setUp();
  for (; clock.nowMs < 25_000; clock.nowMs += 5) {
    refusals.refused("bad_signature", "203.0.113.5");
    // From everywhere at once, as a botnet does.
    const one = (clock.nowMs * 7_919) % 65_536;
    refusals.refused("bad_signature", `198.51.${one >> 8}.${one & 255}`);
  }
  assert.equal(lines.length, 3);
  refusals.tell();
  assert.equal(lines.length, 3);
  clock.nowMs += TELL_EVERY_MS;
  refusals.tell();
  refusals.tell();
  assert.equal(lines.length, 4);
  const told = lines.map((line) => Object(line));
  const sum = told.reduce((sum, { refused }) => sum + refused, 0);
  assert.equal(sum, 10_000);
  for (const { senders } of told) {
    assert.match(senders, /^203\.0\.113\.5 \(/);
    assert.ok(senders.split(", ").length <= 5);
  }
});

test("a forged webhook is said to be of whoever the trusted proxy was reached by", async () => {
  const told = async (env: Record<string, string>) => {
    const { log, lines } = keepingLog();
    await using door = await openDoor({ env, log });
    using wire = await Wire.open(door.url);
    const forged = "X-Forwarded-For: 1.2.3.4\\u001b[2J, 198.51.100.1";
    const { head, body } = onTheWire({ secret: "another", lines: [forged] });
    wire.send(head + body);
    assert.equal((await wire.answer())?.status, 401);
    return lines.map((line) => Object(line).senders);
  };
  assert.deepEqual(await told({}), ["127.0.0.1 (1)"]);
  const trusted = { EVENTFLOW_TRUSTED_PROXIES: "10.0.0.0/8, 127.0.0.1" };
  assert.deepEqual(await told(trusted), ["198.51.100.1 (1)"]);
  const other = { ...trusted, EVENTFLOW_FORWARDED_HEADER: "forwarded" };
  assert.deepEqual(await told(other), ["127.0.0.1 (1)"]);
});
