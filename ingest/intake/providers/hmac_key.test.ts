import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { HmacKey, MOST_BYTES, type Part } from "./hmac_key.ts";

const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" });
const keys = fc.oneof(
  bytes(200),
  fc.string({ unit: "binary", maxLength: 100, size: "max" }),
);
/** Of each kind of character, a lone half of a pair too, and of each length up to what is hashed elsewhere. */
const parts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 300, size: "max" }),
  fc.constantFrom("\ud800", "a\udfff.", "\u00ff"),
  bytes(200),
  bytes(MOST_BYTES + 100),
);
const texts = fc.array(parts, { maxLength: 4 });

test("a code is what node:crypto makes of the same key and parts, whatever their lengths", () => {
  fc.assert(
    fc.property(keys, fc.array(texts, { minLength: 1 }), (key, texts) => {
      const ours = new HmacKey(key);
      // One key for several texts, long and short: none leaves anything behind for the next.
      for (const text of texts) {
        assert.ok(ours.hasSigned(text, [codeOf(key, text)]));
      }
    }),
    { numRuns: 200 },
  );
});

test("a code of which one bit is another is none", () => {
  fc.assert(
    fc.property(keys, texts, fc.nat(255), (key, text, bit) => {
      const code = codeOf(key, text);
      code[bit >> 3] = (code[bit >> 3] ?? 0) ^ 1 << (bit & 7);
      assert.ok(!new HmacKey(key).hasSigned(text, [code]));
    }),
  );
});

test("each length of a text from none to past what is hashed here has the code of node:crypto", () => {
  const key = "a key";
  const ours = new HmacKey(key);
  const all = new Uint8Array(MOST_BYTES + 2).map((_, i) => i * 31);
  for (let length = 0; length <= all.length; length++) {
    const text = [all.subarray(0, length)];
    assert.ok(ours.hasSigned(text, [codeOf(key, text)]), `${length} bytes`);
  }
});

test("keys that are used by turns keep to themselves", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(bytes(100), {
        minLength: 2,
        maxLength: 2,
        // RFC 2104: a key is filled up with zeros.
        selector: (key) => key.toHex().replace(/(?:00)+$/, ""),
      }),
      texts,
      ([one = new Uint8Array(), other = new Uint8Array()], text) => {
        const [first, second] = [new HmacKey(one), new HmacKey(other)];
        const codes = [codeOf(one, text)];
        assert.ok(first.hasSigned(text, codes));
        assert.ok(!second.hasSigned(text, codes));
        assert.ok(first.hasSigned(text, codes));
      },
    ),
  );
});

test("one of several codes is enough, and those of another length are none", () => {
  const text = ["1.", new Uint8Array([1, 2, 3])];
  const key = new HmacKey("a key");
  const good = codeOf("a key", text);
  const bad = new Uint8Array(32);
  assert.ok(key.hasSigned(text, [bad, good]));
  assert.ok(key.hasSigned(text, [good, bad, new Uint8Array(64)]));
  assert.ok(!key.hasSigned(text, [bad, good.subarray(1), new Uint8Array()]));
  assert.ok(!key.hasSigned(text, []));
});

test("a code is what RFC 4231 says", () => {
  // Test cases 2 and 6: a key that is shorter than a digest, and one that is longer than a block.
  assert.ok(
    new HmacKey("Jefe").hasSigned(["what do ya want ", "for nothing?"], [
      Uint8Array.fromHex(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      ),
    ]),
  );
  assert.ok(
    new HmacKey(new Uint8Array(131).fill(0xaa)).hasSigned([
      "Test Using Larger Than Block-Size Key - Hash Key First",
    ], [
      Uint8Array.fromHex(
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      ),
    ]),
  );
});

test("nothing of a key is printed", () => {
  const secret = "a-secret-that-nobody-may-see";
  const printed = [
    inspect(new HmacKey(secret), { depth: 9, showHidden: true }),
    JSON.stringify(new HmacKey(secret)),
    String(new HmacKey(secret)),
  ];
  for (const text of printed) assert.ok(!text.includes(secret));
});

function codeOf(key: Part, text: readonly Part[]): Uint8Array {
  const hmac = createHmac("sha256", key);
  for (const part of text) hmac.update(part);
  return new Uint8Array(hmac.digest());
}
