import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { signatureOf } from "#kit/provider.ts";
import { HmacKey } from "../hmac_key.ts";
import { isSigned, parseTimestamp } from "./signature.ts";

const bodies = fc.uint8Array({ maxLength: 200 });
const secretTexts = fc.string({ minLength: 1, unit: "grapheme" });
const timestamps = fc.integer().map(String);

test("a signature is what openssl makes of the same timestamp and body", () => {
  // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac eventflow-local-secret
  assert.ok(isSigned({
    keys: [new HmacKey("eventflow-local-secret")],
    timestamp: "1700000000",
    body: new TextEncoder().encode('{"a":1}'),
    signature:
      "1e1feabe5438e72592782d9b1006e8401730cb9c04fd9048ceb6943e8b3a2442",
  }));
});

test("what was signed with one of the secrets is signed, whatever the body", () => {
  fc.assert(
    fc.property(
      bodies,
      timestamps,
      secretTexts,
      secretTexts,
      (body, timestamp, old, fresh) => {
        for (const secret of [old, fresh]) {
          const signature = signatureOf(secret, timestamp, body);
          const keys = keysOf([old, fresh]);
          assert.ok(isSigned({ keys, timestamp, body, signature }));
        }
      },
    ),
  );
});

test("one flipped bit of the body, or of the signature, is refused", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200, size: "max" }),
      timestamps,
      secretTexts,
      fc.nat(),
      fc.nat(7),
      (body, timestamp, secret, at, bit) => {
        const keys = keysOf([secret]);
        const signature = signatureOf(secret, timestamp, body);
        const otherBody = flip(body, at, bit);
        assert.ok(
          !isSigned({ keys, timestamp, body: otherBody, signature }),
        );
        const other = flip(Uint8Array.fromHex(signature), at, bit).toHex();
        assert.ok(!isSigned({ keys, timestamp, body, signature: other }));
      },
    ),
  );
});

test("another secret or another timestamp is refused", () => {
  fc.assert(
    fc.property(
      bodies,
      fc.uniqueArray(timestamps, { minLength: 2, maxLength: 2 }),
      fc.uniqueArray(secretTexts, { minLength: 2, maxLength: 2 }),
      (body, [timestamp = "", other = ""], [secret = "", wrong = ""]) => {
        const signature = signatureOf(secret, timestamp, body);
        const tried = (secrets: string[], timestamp: string) =>
          isSigned({ keys: keysOf(secrets), timestamp, body, signature });
        assert.ok(!tried([wrong], timestamp));
        assert.ok(!tried([secret], other));
        assert.ok(!tried([], timestamp));
      },
    ),
  );
});

test("anything but 64 lower-case hex digits is no signature, and no error", () => {
  const body = new Uint8Array();
  const good = signatureOf("secret", "1", body);
  const tried = (signature: string) =>
    isSigned({ keys: keysOf(["secret"]), timestamp: "1", body, signature });
  assert.ok(tried(good));
  for (const bad of ["", good.toUpperCase(), `${good}0`, good.slice(1), "ÿ"]) {
    assert.ok(!tried(bad), bad);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !tried(text)));
});

test("a timestamp is an integer of at most 20 characters", () => {
  assert.equal(parseTimestamp("1700000000"), 1_700_000_000);
  assert.equal(parseTimestamp("-5"), -5);
  const none = ["", "1.5", "1e9", " 1", "0x1", "1,2", "٣", "-", "1".repeat(21)];
  for (const text of none) assert.equal(parseTimestamp(text), undefined, text);
});

function flip(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  return bytes.map((byte, index) =>
    index === at % bytes.length ? byte ^ (1 << bit) : byte
  );
}

function keysOf(secrets: readonly string[]): HmacKey[] {
  return secrets.map((secret) => new HmacKey(secret));
}
